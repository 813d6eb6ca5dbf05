import type { StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { keyOfSecret, markIn, type Mark } from '../admin-api/hydra-client.js';
import { differ, seenIn } from '../admin-api/seen-client.js';
import type { LeasedClient } from '../../oauth-clients/model/leased-client.js';
import type { SecretHistory } from './sync-store.js';

/**
 * What Hydra's client says about the secret that Hydra has, which it never shows.
 *
 * | verdict    | is                                                                                              |
 * | ---------- | ----------------------------------------------------------------------------------------------- |
 * | `trusted`  | the present one, or one that the next write replaces anyway                                     |
 * | `unmarked` | nothing speaks against the present one, but the mark is gone: somebody wrote without metadata   |
 * | `lost`     | by its mark one that nobody knows                                                               |
 * | `old`      | one of before, or another's: Hydra was put back, or somebody has made the client anew           |
 * | `ahead`    | one of a later state than the registry's own, which was put back                                |
 */
export type Verdict = 'trusted' | 'unmarked' | 'lost' | 'old' | 'ahead';

/** For the operator. */
export const WARNINGS: Partial<Record<Verdict, string>> = {
  unmarked: 'had lost its mark in Hydra: somebody has written it without its metadata. Its secret is kept',
  old: 'was put back or made anew in Hydra. Its secret there is replaced by one that nobody knows',
};

/** @param historyOf looks the secrets of the client up: the one that the mark names, and whether there was ever another */
export async function verdictOn(
  stored: StoredHydraClient,
  leased: LeasedClient,
  { registryId, historyOf }: { registryId: string; historyOf: (secretId: unknown) => Promise<SecretHistory> },
): Promise<Verdict> {
  const mark = ownMark(stored, leased, registryId);
  // Its owner or an operator has decided about what is there.
  if (leased.doubt === 'accepted') return 'trusted';
  if (mark && Number(mark.revision) > leased.revision) return 'ahead';
  if (leased.mode === 'gate' && (await isUnknown(mark, leased, historyOf))) return 'ahead';
  if (isWrittenAnyway(leased)) return 'trusted';
  if (differ(seenIn(stored).created_at, leased.server_created_at)) return 'old';
  if (mark?.secret_id === leased.secret_id) return 'trusted';
  if (mark?.secret_id === null) return 'lost';
  const { isKnown, hasChanged } = await historyOf(mark?.secret_id);
  if (mark) return isKnown ? 'old' : 'ahead';
  return hasChanged ? 'old' : 'unmarked';
}

/** Milliseconds. A Hydra on MySQL keeps the second only of a moment that it has answered with more of. */
const COARSE = 1_000;

/**
 * Whether Hydra was put back, by the verdict or as its client was last written before this registry has last written it: tokens
 * that were ended since are back, too.
 */
export function bringsTokensBack(stored: StoredHydraClient, leased: LeasedClient, verdict: Verdict): boolean {
  const [{ updated_at: found }, { server_updated_at: known }] = [seenIn(stored), leased];
  const isOlder = found !== null && known !== null && found.getTime() <= known.getTime() - COARSE;
  return leased.has_ended_tokens && (verdict === 'old' || isOlder);
}

/** Whether the mark names a secret that the registry has never had. */
async function isUnknown(
  mark: Partial<Mark> | null,
  { secret_id }: LeasedClient,
  historyOf: (secretId: unknown) => Promise<SecretHistory>,
): Promise<boolean> {
  const named = mark?.secret_id ?? null;
  return named !== null && named !== secret_id && !(await historyOf(named)).isKnown;
}

/** There is no secret, or it goes with the write. One that is lost is replaced with each, and an internal one is sent with each. */
const isWrittenAnyway = ({ token_endpoint_auth_method, mode, secret_id, sealed }: LeasedClient): boolean =>
  mode === 'gate' || token_endpoint_auth_method === 'none' || secret_id === null || sealed !== null;

/** Whether Hydra has the secret that the client is to have there, by its mark. */
export const isAsLeft = (mark: Partial<Mark>, leased: LeasedClient): boolean =>
  leased.mode === 'gate'
    ? mark.mode === 'gate' && mark.key === keyOfSecret(leased)
    : mark.mode !== 'gate' && mark.secret_id === leased.secret_id;

/** The mark of this registry for just this client. */
export function ownMark(
  stored: StoredHydraClient,
  { id }: LeasedClient,
  registryId: string,
): Partial<Mark> | null {
  const mark = markIn(stored);
  return mark?.registry === registryId && mark.id === id ? mark : null;
}
