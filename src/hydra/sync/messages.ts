import { Injectable } from '@nestjs/common';
import type { Registration } from '../../oauth-clients/model/registration.js';
import { createClientSecret } from '../../oauth-clients/model/client-secret.js';
import { toHydraClient, type HydraClient } from '../admin-api/hydra-client.js';
import { HydraFailure } from '../admin-api/hydra-failure.js';
import { RegistrationContext } from '../admin-api/registration-context.js';
import { InternalSecrets } from '../admin-api/internal-secrets.js';
import { SecretUnreadable } from './interruptions.js';
import { SecretSeal } from './secret-seal.js';

/** What Hydra is told in one call. */
export interface Message {
  readonly client: HydraClient;
  /** Null leaves Hydra with the secret it has. */
  readonly secret: string | null;
  readonly secretLost: boolean;
}

/** Makes what Hydra is to be told of a client, and with which secret. */
@Injectable()
export class Messages {
  constructor(
    private readonly seal: SecretSeal,
    private readonly terms: RegistrationContext,
    private readonly internal: InternalSecrets,
  ) {}

  /**
   * @throws SecretUnreadable for a sealed secret that cannot be opened, HydraFailure where this process lacks the key of an
   * internal one
   */
  of(leased: Registration): Message {
    const { client_id, secret_id, sealed } = leased;
    const known = { client: toHydraClient(leased, this.terms), secret: null, secretLost: false };
    if (leased.token_endpoint_auth_method === 'none') return known;
    if (leased.mode === 'gate') return { ...known, secret: this.internalSecret(leased) };
    // The secret was revoked or has expired: Hydra must not go on with it, and nothing is wrong.
    if (secret_id === null) return { ...this.withoutSecret(leased), secretLost: leased.secret_lost };
    if (sealed === null) return known;
    const secret = this.seal.open(sealed, { clientId: client_id, secretId: secret_id });
    if (secret === null) throw new SecretUnreadable();
    return { ...known, secret };
  }

  /** The one that Hydra is to know the client by, whatever it had before. */
  private internalSecret({ client_id, key }: Registration): string {
    const secret = this.internal.secretOf(client_id, key);
    if (secret !== null) return secret;
    throw new HydraFailure(`SECRETS_KEY of this process holds no key ${key}`, {
      effect: 'none',
      scope: 'client',
    });
  }

  /** A secret that nobody knows: Hydra must not go on with an older one, and would make up one itself for a new client. */
  withoutSecret(leased: Registration): Message {
    const client = toHydraClient({ ...leased, secret_id: null }, this.terms);
    return { client, secret: createClientSecret().secret, secretLost: true };
  }
}
