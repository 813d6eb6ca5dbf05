import { isObject, isText } from '../../lib/json.js';
import { Problem } from '../../problem-details/problem.js';
import { NO_SCOPE } from '../admin-api/hydra-scopes.js';
import type { ClientStanding } from '../standings/client-standing.js';
import { refusal } from '../standings/refusal.js';

export type Claims = Readonly<Record<string, unknown>>;

/** What Hydra (`oauth2/token_hook.go`) tells before it issues a token. */
export interface TokenHookRequest {
  readonly clientId: string;
  /** The requested scopes and the granted ones. With a code, Hydra tells the requested ones only. */
  readonly scopes: readonly string[];
  /** When a person was sent to sign in, for a code or refresh token. Undefined for other grants, NaN where it is not told. */
  readonly requestedAt: number | undefined;
  /**
   * The audiences that the token is to be for. With a code, Hydra does not tell them: the authorize gate has checked them
   * before.
   */
  readonly grantedAudience: readonly string[];
  /** The extra claims so far, of access tokens and of ID tokens. */
  readonly accessToken: Claims;
  readonly idToken: Claims;
}

/** What it takes in return. */
export interface TokenHookAnswer {
  readonly session: { readonly access_token: Claims; readonly id_token: Claims };
}

/**
 * Reads the body of a call of Hydra's token hook.
 *
 * @throws Problem 400 for any other body
 */
export function readTokenHookRequest(body: unknown): TokenHookRequest {
  const { session, request } = membersOf(body);
  const { extra, id_token: idToken } = membersOf(session);
  const {
    client_id: clientId,
    requested_scopes,
    granted_scopes,
    granted_audience,
    grant_types,
  } = membersOf(request);
  // Without `extra` the claims are elsewhere in the body, and the answer would lose them.
  if (typeof clientId !== 'string' || extra === undefined) throw notOfHydra();
  const { ext, rat } = membersOf(membersOf(idToken)['id_token_claims']);
  return {
    clientId,
    scopes: [...textsOf(requested_scopes), ...textsOf(granted_scopes)],
    requestedAt: textsOf(grant_types).some((grant) => OF_A_PERSON.has(grant))
      ? Date.parse(String(rat))
      : undefined,
    grantedAudience: textsOf(granted_audience),
    accessToken: membersOf(extra),
    idToken: membersOf(ext),
  };
}

const OF_A_PERSON = new Set(['authorization_code', 'refresh_token']);

const WITHDRAWN_SCOPE =
  'the client may not have a scope of this grant any more: ask, or sign in again, without it';

/** Milliseconds. Hydra cuts the moment of a request to the second, and clocks differ a little. */
const LEEWAY_MS = 5_000;

/** Whether all scopes are among those that the client may have. Nothing honours the one that stands for none. */
export const areGrantable = (scopes: readonly string[], grantable: readonly string[]): boolean =>
  scopes.every((scope) => scope === NO_SCOPE || grantable.includes(scope));

/**
 * Refuses a token that the client may not get.
 *
 * @param grantable the scopes that the client may have
 * @throws Problem 403 (a refusal) for a client that is not active, a scope that was withdrawn, or a grant that was ended
 */
export function assertMayIssue(
  { scopes, requestedAt }: TokenHookRequest,
  standing: ClientStanding,
  grantable: readonly string[],
): void {
  if (!standing.is_active)
    throw refusal('the client is disabled or deleted: use another, or enable it in the registry');
  if (!areGrantable(scopes, grantable)) throw refusal(WITHDRAWN_SCOPE);
  const end = standing.tokens_ended_at?.getTime();
  if (end === undefined || requestedAt === undefined) return;
  if (!(requestedAt > end + LEEWAY_MS)) throw refusal('the grant was ended: the person has to sign in again');
}

/**
 * The answer replaces all extra claims, so the ones that were received are in it. Null where they name the tenant already:
 * Hydra reads every number of an answer as a float64, and would write 1234567 as 1.234567e+06 from then on.
 */
export function withTenant(
  { accessToken, idToken }: TokenHookRequest,
  { organization_id, project_id }: ClientStanding,
): TokenHookAnswer | null {
  const tenant = { organization_id, project_id };
  if (holds(accessToken, tenant) && holds(idToken, tenant)) return null;
  return { session: { access_token: { ...accessToken, ...tenant }, id_token: { ...idToken, ...tenant } } };
}

const holds = (claims: Claims, expected: Claims): boolean =>
  Object.entries(expected).every(([name, value]) => claims[name] === value);

/** Go writes an empty list as null. */
const textsOf = (list: unknown): string[] => (Array.isArray(list) ? list.filter((item) => isText(item)) : []);

/** Go writes an empty map as null. */
function membersOf(value: unknown): Claims {
  if (value === null || value === undefined) return {};
  if (!isObject(value)) throw notOfHydra();
  return { ...value };
}

const notOfHydra = (): Problem =>
  new Problem('bad_request', "The body is not what Hydra's token hook sends.");
