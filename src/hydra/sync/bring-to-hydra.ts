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
import { isAsLeft, ownMark, verdictOn, type Verdict } from './doubt.js';
import { Messages } from './messages.js';
import { ClientDoubted, RegistryBehind, UnknownCreation } from './interruptions.js';
import type { LeasedClient } from '../../oauth-clients/model/claim.js';
import type { SecretHistory } from './sync-store.js';

export interface Attempt {
  readonly claim: LeasedClient;
  readonly deadline: Deadline;
  /** Whether the client is still at the claimed revision, and the lease still ours. */
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

const WARNINGS: Partial<Record<Verdict, string>> = {
  unmarked: 'had lost its mark in Hydra: somebody has written it without its metadata. Its secret is kept',
  old: 'was put back or made anew in Hydra. Its secret there is replaced by one that nobody knows',
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
   * Throws HydraFailure or HydraRejection unless Hydra has the claimed revision for certain, ClientDoubted or RegistryBehind
   * where Hydra's client is not the one that was left there.
   */
  async run(attempt: Attempt): Promise<Brought> {
    const brought = await this.bring(attempt);
    this.told.set(attempt.claim.client_id, attempt.claim.revision);
    return brought;
  }

  private async bring(attempt: Attempt): Promise<Brought> {
    const { claim, deadline } = attempt;
    if (claim.doubt === 'held' && !claim.deleted) throw new RegistryBehind();
    if (this.isWrittenBlindly(claim)) return this.put(attempt, () => this.write(attempt));
    // Nothing is there yet, as far as is known: a creation finds out.
    const mayBeThere = !claim.is_new || claim.deleted || claim.is_verification;
    const stored = mayBeThere ? await this.api.get(claim.client_id, deadline) : null;
    if (this.hasLasted(claim, stored)) {
      const sets = setsOf(toHydraClient(claim, this.terms));
      return { secretLost: false, seen: stored ? seenIn(stored) : GONE.seen, sets };
    }
    if (claim.deleted) return this.remove(attempt, stored);
    return this.put(attempt, () => stored && this.change(attempt, stored));
  }

  /** Calls with an unknown effect have had it by now: did the last one that was known to work stay the last? */
  private hasLasted(claim: LeasedClient, stored: StoredHydraClient | null): boolean {
    if (!claim.is_verification || isBehind(claim)) return false;
    if (claim.deleted || stored === null) return claim.deleted && stored === null;
    const mark = ownMark(stored, claim, this.terms.registryId);
    const isSameClient = !differ(seenIn(stored).created_at, claim.server_created_at);
    return isSameClient && mark?.revision === claim.revision && isAsLeft(mark, claim);
  }

  /** @param change brings null when there is nothing to change */
  private async put(attempt: Attempt, change: () => Promise<Brought | null> | null): Promise<Brought> {
    const changed = await change();
    if (changed === null && !attempt.claim.is_new) this.losses.note();
    const brought = changed ?? (await this.create(attempt)) ?? (await this.adopt(attempt));
    const { claim, deadline } = attempt;
    if (brought && claim.ends_tokens) await this.api.endAccessTokens(claim.client_id, deadline);
    if (brought) return brought;
    throw new HydraFailure('the client_id was taken, and is free again', { effect: 'none', scope: 'client' });
  }

  /** One call where Hydra still has the internal secret, as its answer says; else it is told that too. @returns as `change` */
  private async write(attempt: Attempt): Promise<Brought | null> {
    const { claim, deadline } = attempt;
    const client = toHydraClient(claim, this.terms);
    const patch = patchKeepingCredential(client, claim.server_sets ?? [], claim.unmanaged);
    const changed = await this.api.patch(claim.client_id, patch, null, deadline).catch(unlessFailed);
    if (changed === null) return null;
    if (changed === undefined || !this.hasCredential(claim, changed)) return this.writeAll(attempt);
    return { secretLost: false, seen: seenIn(changed), sets: setsOf(client) };
  }

  /** Whether Hydra's client is the one that was left there, with the credential of then: its secret goes with its mark. */
  private hasCredential(claim: LeasedClient, stored: StoredHydraClient): boolean {
    const mark = ownMark(stored, claim, this.terms.registryId);
    return (
      mark !== null && isAsLeft(mark, claim) && !differ(seenIn(stored).created_at, claim.server_created_at)
    );
  }

  /** The secret too, so that it does not matter what is there. It costs Hydra as much as all else. @returns as `change` */
  private async writeAll({ claim, deadline }: Attempt): Promise<Brought | null> {
    const { client, secret } = this.messages.of(claim);
    const patch = blindPatchFor(client, claim.server_sets ?? [], claim.unmanaged);
    const changed = await this.api.patch(claim.client_id, patch, secret, deadline);
    return changed && { secretLost: false, seen: seenIn(changed), sets: setsOf(client) };
  }

  /** @returns null when Hydra has no such client any more */
  private async change(attempt: Attempt, stored: StoredHydraClient): Promise<Brought | null> {
    const { claim, deadline } = attempt;
    if (this.isAnothers(claim, stored)) throw new HydraRejection(CLIENT_ID_TAKEN);
    const verdict = await this.verdictOn(stored, attempt);
    const isUnknown = verdict === 'old' || verdict === 'lost';
    const { client, secret, secretLost } = isUnknown
      ? this.messages.withoutSecret(claim)
      : this.messages.of(claim);
    const patch = patchFor(client, stored, claim.unmanaged);
    const changed = await this.api.patch(claim.client_id, patch, secret, deadline);
    // An imported client has never had one.
    const isExpected = verdict === 'unmarked' && claim.synced_revision === 0;
    return (
      changed && {
        secretLost,
        seen: seenIn(changed),
        sets: setsOf(client),
        warning: isExpected ? undefined : WARNINGS[verdict],
      }
    );
  }

  /** The first look only doubts: what is on its way, or a Hydra in the middle of being put back, is over half a minute later. */
  private async verdictOn(stored: StoredHydraClient, { claim, historyOf }: Attempt): Promise<Verdict> {
    const verdict = await verdictOn(stored, claim, { ...this.terms, historyOf });
    if (verdict !== 'old' && verdict !== 'ahead') return verdict;
    if (claim.doubt !== 'raised' || !claim.is_verification) throw new ClientDoubted();
    if (verdict === 'ahead') throw new RegistryBehind();
    return verdict;
  }

  /** @returns null when the `client_id` is taken */
  private async create({ claim, deadline, isCurrent }: Attempt): Promise<Brought | null> {
    // A client that was deleted meanwhile must not come back.
    if (!(await isCurrent()))
      throw new HydraFailure('changed meanwhile', { effect: 'none', scope: 'client' });
    const message = this.messages.of(claim);
    const isComplete = message.secret !== null || claim.token_endpoint_auth_method === 'none';
    const { client, secret, secretLost } = isComplete ? message : this.messages.withoutSecret(claim);
    const whole = wholeClient(client, claim.unmanaged);
    const created = await this.api.create(whole, secret, deadline).catch(UnknownCreation.rethrow);
    return created && { secretLost, seen: seenIn(created), sets: setsOf(client) };
  }

  /** Another attempt has created it, and did not learn so. @returns null when there is none after all */
  private async adopt(attempt: Attempt): Promise<Brought | null> {
    const stored = await this.api.get(attempt.claim.client_id, attempt.deadline);
    return stored && this.change(attempt, stored);
  }

  private async remove(attempt: Attempt, stored: StoredHydraClient | null): Promise<Brought> {
    const { claim, deadline } = attempt;
    if (stored === null || this.isAnothers(claim, stored)) return GONE;
    await this.disable(attempt, stored);
    await this.api.delete(claim.client_id, deadline);
    // Something in between may have said 404 in Hydra's place: nothing deleted may live on.
    if ((await this.api.get(claim.client_id, deadline)) === null) return GONE;
    throw new HydraFailure('deleted, and still there', { effect: 'unknown', scope: 'client' });
  }

  /**
   * First no new tokens: deleting a client with very many of them takes Hydra longer than a call may. What Hydra has against
   * the rest of the client must not let it live: whether it is gone is asked in the end.
   */
  private async disable({ claim, deadline }: Attempt, stored: StoredHydraClient): Promise<void> {
    const client = toHydraClient({ ...claim, enabled: false }, this.terms);
    try {
      await this.api.patch(claim.client_id, patchFor(client, stored, claim.unmanaged), null, deadline);
    } catch (error) {
      if (!(error instanceof HydraRejection || error instanceof HydraFailure)) throw error;
    }
  }

  /** A client that Hydra is not known to have may be somebody else's who was first. */
  private isAnothers(claim: LeasedClient, stored: StoredHydraClient): boolean {
    return claim.is_new && ownMark(stored, claim, this.terms.registryId) === null;
  }

  /**
   * A client of the gate that is there, as far as is known, and of which nothing speaks for looking first. What Hydra had is not
   * seen then, so a registry that was put back would not be noticed: the last one to tell Hydra was this process.
   */
  private isWrittenBlindly(claim: LeasedClient): boolean {
    return (
      claim.mode === 'gate' &&
      claim.doubt === null &&
      claim.server_sets !== null &&
      ![claim.deleted, claim.is_new, claim.is_verification, claim.is_drifted].includes(true) &&
      this.told.get(claim.client_id) === claim.synced_revision
    );
  }
}

/** Clients. Of one that is forgotten is looked first. */
const MAX_TOLD = 10_000;

/** What Hydra answers where the patch does not fit; all else is rethrown. */
function unlessFailed(error: unknown): undefined {
  if (!(error instanceof HydraFailure) || error.facts.status !== 500) throw error;
}
