import { Injectable } from '@nestjs/common';
import { createClientSecret } from '../../oauth-clients/model/client-secret.js';
import { isBehind } from '../../oauth-clients/model/sync-state.js';
import type { SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { HydraAdminApi, type Deadline, type StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { markIn, toHydraClient, type HydraClient } from '../admin-api/hydra-client.js';
import { HydraFailure, HydraRejection } from '../admin-api/hydra-failure.js';
import { HydraTerms } from '../admin-api/hydra-terms.js';
import { SecretSeal } from './secret-seal.js';
import type { Claim } from './sync-store.js';

export interface Attempt {
  readonly claim: Claim;
  readonly deadline: Deadline;
  /** Whether the client is still at the claimed revision, and the lease still ours. */
  isCurrent(this: void): Promise<boolean>;
}

export interface Brought {
  /** Hydra has a secret now that nobody knows, in place of one that never reached it or that it has lost. */
  readonly secretLost: boolean;
}

/** Perhaps this process alone has another key: what another can still open must not be lost. */
const SECRET_UNREADABLE: SyncProblem = {
  code: 'secret_unreadable',
  detail:
    'Hydra does not have the new secret, and it cannot be read any more: SECRETS_KEY is not the one that it was sealed with. ' +
    'Make a new one: POST .../secrets.',
};

/** What Hydra is told in one call. */
interface Message extends Brought {
  readonly client: HydraClient;
  /** Null leaves Hydra with the secret it has. */
  readonly secret: string | null;
}

/** What one attempt does to Hydra. It always sends the whole client, so it does not matter what Hydra had before. */
@Injectable()
export class BringToHydra {
  constructor(
    private readonly api: HydraAdminApi,
    private readonly seal: SecretSeal,
    private readonly terms: HydraTerms,
  ) {}

  /** Throws HydraFailure or HydraRejection unless Hydra has the claimed revision for certain. */
  async run(attempt: Attempt): Promise<Brought> {
    if (await this.hasLasted(attempt)) return { secretLost: false };
    return attempt.claim.deleted ? this.remove(attempt) : this.put(attempt);
  }

  /** Calls with an unknown effect have had it by now: did the last one that was known to work stay the last? */
  private async hasLasted({ claim, deadline }: Attempt): Promise<boolean> {
    if (!claim.is_verification || isBehind(claim)) return false;
    const stored = await this.api.get(claim.client_id, deadline);
    if (claim.deleted || stored === null) return claim.deleted && stored === null;
    const mark = markIn(stored);
    return (
      this.isOurs(stored, claim) && mark?.revision === claim.revision && mark.secret_id === claim.secret_id
    );
  }

  private async put(attempt: Attempt): Promise<Brought> {
    const { claim } = attempt;
    const brought =
      (!claim.is_new && (await this.replace(attempt))) ||
      (await this.create(attempt)) ||
      (await this.adopt(attempt));
    if (brought && claim.ends_tokens) await this.api.endAccessTokens(claim.client_id, attempt.deadline);
    if (brought) return brought;
    throw new HydraFailure('the client_id was taken, and is free again', { effect: 'none', scope: 'client' });
  }

  /** @returns null when Hydra has no such client */
  private async replace({ claim, deadline }: Attempt): Promise<Brought | null> {
    const { client, secret, secretLost } = this.messageFor(claim);
    return (await this.api.replace(client, secret, deadline)) ? { secretLost } : null;
  }

  /** @returns null when the `client_id` is taken */
  private async create({ claim, deadline, isCurrent }: Attempt): Promise<Brought | null> {
    // A client that was deleted meanwhile must not come back.
    if (!(await isCurrent()))
      throw new HydraFailure('changed meanwhile', { effect: 'none', scope: 'client' });
    const message = this.messageFor(claim);
    const isComplete = message.secret !== null || claim.token_endpoint_auth_method === 'none';
    const { client, secret, secretLost } = isComplete ? message : this.withoutSecret(claim);
    return (await this.api.create(client, secret, deadline)) ? { secretLost } : null;
  }

  /** An earlier attempt has created it, and did not learn so. */
  private async adopt(attempt: Attempt): Promise<Brought | null> {
    if (await this.isAnothers(attempt)) {
      throw new HydraRejection({
        code: 'client_id_taken',
        detail: 'Hydra has a client with this client_id that is not of this registry: create another client.',
      });
    }
    return this.replace(attempt);
  }

  private async remove(attempt: Attempt): Promise<Brought> {
    const { claim, deadline } = attempt;
    const done = { secretLost: false };
    if (claim.is_new && (await this.isAnothers(attempt))) return done;
    await this.disable(attempt);
    await this.api.delete(claim.client_id, deadline);
    // Something in between may have said 404 in Hydra's place: nothing deleted may live on.
    if ((await this.api.get(claim.client_id, deadline)) === null) return done;
    throw new HydraFailure('deleted, and still there', { effect: 'unknown', scope: 'client' });
  }

  /**
   * First no new tokens: deleting a client with very many of them takes Hydra longer than a call may. What Hydra has against
   * the rest of the client must not let it live: whether it is gone is asked in the end.
   */
  private async disable({ claim, deadline }: Attempt): Promise<void> {
    try {
      await this.api.replace(toHydraClient({ ...claim, enabled: false }, this.terms), null, deadline);
    } catch (error) {
      if (!(error instanceof HydraRejection || error instanceof HydraFailure)) throw error;
    }
  }

  private async isAnothers({ claim, deadline }: Attempt): Promise<boolean> {
    const stored = await this.api.get(claim.client_id, deadline);
    return stored !== null && !this.isOurs(stored, claim);
  }

  private isOurs(stored: StoredHydraClient, { id }: Claim): boolean {
    const mark = markIn(stored);
    return mark?.registry === this.terms.registryId && mark.id === id;
  }

  private messageFor(claim: Claim): Message {
    const { client_id, secret_id, sealed } = claim;
    const known = { client: toHydraClient(claim, this.terms), secret: null, secretLost: false };
    if (claim.token_endpoint_auth_method === 'none') return known;
    if (secret_id === null) return this.withoutSecret(claim);
    if (sealed === null) return known;
    const secret = this.seal.open(sealed, { clientId: client_id, secretId: secret_id });
    if (secret === null) throw new HydraRejection(SECRET_UNREADABLE);
    return { ...known, secret };
  }

  /** A secret that nobody knows: Hydra must not go on with an older one, and would make up one itself for a new client. */
  private withoutSecret(claim: Claim): Message {
    const client = toHydraClient({ ...claim, secret_id: null }, this.terms);
    return { client, secret: createClientSecret().secret, secretLost: true };
  }
}
