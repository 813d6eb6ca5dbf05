import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../lib/bounded-map.js';
import type { SeenClient } from '../../oauth-clients/model/sync-state.js';
import { isBehind } from '../../oauth-clients/model/sync-status.js';
import type { SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { blindPatchFor, patchFor, patchKeepingCredential } from '../admin-api/client-patch.js';
import { HydraAdminApi, type Deadline, type StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { MARK, toHydraClient, type HydraClient } from '../admin-api/hydra-client.js';
import { HydraFailure, HydraRejection } from '../admin-api/hydra-failure.js';
import { RegistrationContext } from '../admin-api/registration-context.js';
import { LossSigns } from '../admin-api/loss-signs.js';
import { differ, seenIn } from '../admin-api/seen-client.js';
import { wholeClient } from '../admin-api/unmanaged.js';
import { bringsTokensBack, isAsLeft, ownMark, verdictOn, WARNINGS, type Verdict } from './verdict.js';
import { Messages } from './messages.js';
import {
  ClientDoubted,
  RegistryBehind,
  TokensNotEnded,
  UnknownCreation,
  unlessFailed,
} from './interruptions.js';
import type { LeasedClient } from '../../oauth-clients/model/leased-client.js';
import type { SecretHistory } from './sync-store.js';

export interface Attempt {
  readonly leased: LeasedClient;
  readonly deadline: Deadline;
  /** Whether the client is still at the leased revision, and the lease still ours. */
  isCurrent(this: void): Promise<boolean>;
  /** What is known of the client's secrets. @param secretId of one of them, as somebody has written it */
  historyOf(this: void, secretId: unknown): Promise<SecretHistory>;
}

export interface Brought {
  /** Hydra has a secret now that nobody knows, in place of one that never reached it or that it has lost. */
  readonly secretLost: boolean;
  /** What Hydra says of its client; all null where it has none. */
  readonly seen: SeenClient;
  /** What was set of it that is set for some clients only. */
  readonly sets: readonly string[];
  /** For the operator: what was found there. */
  readonly warning?: string;
}

const CLIENT_ID_TAKEN: SyncProblem = {
  code: 'client_id_taken',
  detail: 'Hydra has a client with this client_id that is not of this registry: create another client.',
};

const GONE = { secretLost: false, seen: { created_at: null, updated_at: null }, sets: [] };

const setsOf = (client: HydraClient): readonly string[] => client.metadata[MARK].sets;

/** What one attempt does to Hydra. It sends all that the registry manages, so it does not matter what Hydra had of it before. */
@Injectable()
export class BringToHydra {
  /** The revisions that this process has left in Hydra, by `client_id`. */
  private readonly told = new BoundedMap<number>(MAX_TOLD);

  constructor(
    private readonly api: HydraAdminApi,
    private readonly messages: Messages,
    private readonly terms: RegistrationContext,
    private readonly losses: LossSigns,
  ) {}

  /**
   * Brings one client to Hydra, and returns only when Hydra has the leased revision for certain.
   *
   * @throws HydraFailure or HydraRejection when it does not, ClientDoubted or RegistryBehind when Hydra's client is not
   * the one that was left there
   */
  async run(attempt: Attempt): Promise<Brought> {
    const brought = await this.bring(attempt);
    this.told.set(attempt.leased.client_id, attempt.leased.revision);
    return brought;
  }

  private async bring(attempt: Attempt): Promise<Brought> {
    const { leased, deadline } = attempt;
    if (leased.doubt === 'held' && !leased.deleted) throw new RegistryBehind();
    if (this.isWrittenBlindly(leased)) return this.put(attempt, () => this.write(attempt));
    // A new client is not there yet, as far as is known: if it is, its creation finds that out.
    const mayBeThere = !leased.is_new || leased.deleted || leased.is_verification;
    const stored = mayBeThere ? await this.api.get(leased.client_id, deadline) : null;
    if (this.hasLasted(leased, stored)) {
      const sets = setsOf(toHydraClient(leased, this.terms));
      return { secretLost: false, seen: stored ? seenIn(stored) : GONE.seen, sets };
    }
    if (leased.deleted) return this.remove(attempt, stored);
    return this.put(attempt, () => stored && this.change(attempt, stored));
  }

  /** Whether Hydra still has what the last successful call left: by now, calls with an unknown effect have had it. */
  private hasLasted(leased: LeasedClient, stored: StoredHydraClient | null): boolean {
    if (!leased.is_verification || isBehind(leased)) return false;
    if (leased.deleted || stored === null) return leased.deleted && stored === null;
    const mark = ownMark(stored, leased, this.terms.registryId);
    const isSameClient = !differ(seenIn(stored).created_at, leased.server_created_at);
    return isSameClient && mark?.revision === leased.revision && isAsLeft(mark, leased);
  }

  /** @param change brings null when there is nothing to change */
  private async put(attempt: Attempt, change: () => Promise<Brought | null> | null): Promise<Brought> {
    const changed = await change();
    if (changed === null && !attempt.leased.is_new) this.losses.note();
    const brought = changed ?? (await this.create(attempt)) ?? (await this.adopt(attempt));
    const { leased, deadline } = attempt;
    if (brought && leased.ends_tokens) await this.api.endAccessTokens(leased.client_id, deadline);
    if (brought) return brought;
    throw new HydraFailure('the client_id was taken, and is free again', { effect: 'none', scope: 'client' });
  }

  /**
   * One call where Hydra's answer shows its internal secret to be the present one; else that is sent, too. @returns as
   * `change`
   */
  private async write(attempt: Attempt): Promise<Brought | null> {
    const { leased, deadline } = attempt;
    const client = toHydraClient(leased, this.terms);
    const patch = patchKeepingCredential(client, leased.server_sets ?? [], leased.unmanaged);
    const changed = await this.api.patch(leased.client_id, patch, null, deadline).catch(unlessFailed);
    if (changed === null) return null;
    if (changed === undefined || !this.hasCredential(leased, changed)) return this.writeAll(attempt);
    return { secretLost: false, seen: seenIn(changed), sets: setsOf(client) };
  }

  /** Whether Hydra's client is the one that was left there, with its credential: secret and mark are written together. */
  private hasCredential(leased: LeasedClient, stored: StoredHydraClient): boolean {
    const mark = ownMark(stored, leased, this.terms.registryId);
    return (
      mark !== null && isAsLeft(mark, leased) && !differ(seenIn(stored).created_at, leased.server_created_at)
    );
  }

  /** Writes the secret, too, whatever is there. That costs Hydra as much as all else. @returns as `change` */
  private async writeAll({ leased, deadline }: Attempt): Promise<Brought | null> {
    const { client, secret } = this.messages.of(leased);
    const patch = blindPatchFor(client, leased.server_sets ?? [], leased.unmanaged);
    const changed = await this.api.patch(leased.client_id, patch, secret, deadline);
    return changed && { secretLost: false, seen: seenIn(changed), sets: setsOf(client) };
  }

  /** @returns null when Hydra has no such client any more */
  private async change(attempt: Attempt, stored: StoredHydraClient): Promise<Brought | null> {
    const { leased, deadline } = attempt;
    if (this.isAnothers(leased, stored)) throw new HydraRejection(CLIENT_ID_TAKEN);
    const verdict = await this.verdictOn(stored, attempt);
    // Before the client is written: after that, nothing would tell the next attempt that Hydra was put back.
    if (bringsTokensBack(stored, leased, verdict))
      await this.api.endAccessTokens(leased.client_id, deadline).catch(TokensNotEnded.rethrow);
    const isUnknown = verdict === 'old' || verdict === 'lost';
    const { client, secret, secretLost } = isUnknown
      ? this.messages.withoutSecret(leased)
      : this.messages.of(leased);
    const patch = patchFor(client, stored, leased.unmanaged);
    const changed = await this.api.patch(leased.client_id, patch, secret, deadline);
    // An imported client has never had one.
    const isExpected = verdict === 'unmarked' && leased.synced_revision === 0;
    return (
      changed && {
        secretLost,
        seen: seenIn(changed),
        sets: setsOf(client),
        warning: isExpected ? undefined : WARNINGS[verdict],
      }
    );
  }

  /** A bad verdict counts only half a minute later: late calls and a restore of Hydra are over by then. */
  private async verdictOn(stored: StoredHydraClient, { leased, historyOf }: Attempt): Promise<Verdict> {
    const verdict = await verdictOn(stored, leased, { ...this.terms, historyOf });
    if (verdict !== 'old' && verdict !== 'ahead') return verdict;
    if (leased.doubt !== 'raised' || !leased.is_verification) throw new ClientDoubted();
    if (verdict === 'ahead') throw new RegistryBehind();
    return verdict;
  }

  /** @returns null when the `client_id` is taken */
  private async create({ leased, deadline, isCurrent }: Attempt): Promise<Brought | null> {
    // A client that was deleted meanwhile must not come back.
    if (!(await isCurrent()))
      throw new HydraFailure('changed meanwhile', { effect: 'none', scope: 'client' });
    const message = this.messages.of(leased);
    const isComplete = message.secret !== null || leased.token_endpoint_auth_method === 'none';
    const { client, secret, secretLost } = isComplete ? message : this.messages.withoutSecret(leased);
    const whole = wholeClient(client, leased.unmanaged);
    const created = await this.api.create(whole, secret, deadline).catch(UnknownCreation.rethrow);
    return created && { secretLost, seen: seenIn(created), sets: setsOf(client) };
  }

  /** An earlier attempt has created the client without learning so. @returns null when there is none after all */
  private async adopt(attempt: Attempt): Promise<Brought | null> {
    const stored = await this.api.get(attempt.leased.client_id, attempt.deadline);
    return stored && this.change(attempt, stored);
  }

  private async remove(attempt: Attempt, stored: StoredHydraClient | null): Promise<Brought> {
    const { leased, deadline } = attempt;
    if (stored === null || this.isAnothers(leased, stored)) return GONE;
    await this.disable(attempt, stored);
    await this.api.delete(leased.client_id, deadline);
    // Something in between may have said 404 in Hydra's place: nothing deleted may live on.
    if ((await this.api.get(leased.client_id, deadline)) === null) return GONE;
    throw new HydraFailure('deleted, and still there', { effect: 'unknown', scope: 'client' });
  }

  /**
   * Disables a client before it is deleted, so that it gets no new tokens: deleting one with very many of them takes
   * Hydra longer than a call may. A Hydra that refuses this patch must not let the client live: `remove` asks in the end
   * whether it is gone.
   */
  private async disable({ leased, deadline }: Attempt, stored: StoredHydraClient): Promise<void> {
    const client = toHydraClient({ ...leased, enabled: false }, this.terms);
    try {
      await this.api.patch(leased.client_id, patchFor(client, stored, leased.unmanaged), null, deadline);
    } catch (error) {
      if (!(error instanceof HydraRejection || error instanceof HydraFailure)) throw error;
    }
  }

  /** A client that Hydra is not known to have may be somebody else's who was first. */
  private isAnothers(leased: LeasedClient, stored: StoredHydraClient): boolean {
    return leased.is_new && ownMark(stored, leased, this.terms.registryId) === null;
  }

  /**
   * Whether a client is written without reading Hydra's first: it is at the gate and in Hydra, as far as is known, and
   * there is no reason to look. A registry that was restored would not be noticed then, so this very process must have
   * been the last to tell Hydra.
   */
  private isWrittenBlindly(leased: LeasedClient): boolean {
    return (
      leased.mode === 'gate' &&
      leased.doubt === null &&
      leased.server_sets !== null &&
      ![leased.deleted, leased.is_new, leased.is_verification, leased.is_drifted].includes(true) &&
      this.told.get(leased.client_id) === leased.synced_revision
    );
  }
}

/** How many clients are remembered. One that was forgotten is read first. */
const MAX_TOLD = 10_000;
