import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hashSecret } from '../../oauth-clients/model/client-secret.js';
import { isLive, type GateClient, type GateSecret } from './gate-client.js';
import { SlowHash } from './slow-hash.js';
import type { TokenRequest } from './token-request.js';

/** Slow hashes that one request may cost. */
const MAX_SLOW = 2;

/** Finds out whether a client is the one that it names. */
@Injectable()
export class PresentedSecret {
  constructor(private readonly slowHash: SlowHash) {}

  /**
   * Which of the client's secrets was presented, in the way that the client is registered for; `none` for a public client that
   * presents none. All refusals of one client cost the same work, whatever the reason.
   *
   * @returns null for a refusal
   */
  async verify(client: GateClient, request: TokenRequest): Promise<GateSecret | 'none' | null> {
    const found = this.matchFast(client, request.secret) ?? (await this.matchSlow(client, request.secret));
    const { is_active, token_endpoint_auth_method: method } = client;
    if (!is_active || request.method !== method) return null;
    if (method === 'none') return 'none';
    return found !== undefined && isLive(found, client) ? found : null;
  }

  /** Compares with all of them in constant time. */
  private matchFast({ secrets }: GateClient, presented: string): GateSecret | undefined {
    const hash = hashSecret(presented);
    const [found] = secrets.filter(
      (secret) => secret.hash !== null && timingSafeEqual(hash, Buffer.from(secret.hash, 'base64')),
    );
    return found;
  }

  private async matchSlow({ secrets }: GateClient, presented: string): Promise<GateSecret | undefined> {
    const slow = secrets.filter(({ scrypt }) => scrypt !== null).slice(0, MAX_SLOW);
    const matches = await Promise.all(
      slow.map(({ id, scrypt }) =>
        this.slowHash.matches(presented, { id, stored: Buffer.from(scrypt ?? '', 'base64') }),
      ),
    );
    return slow.find((_, index) => matches[index]);
  }
}

/** Whether people may have chosen a secret of the client: then wrong ones are bounded for all who ask from one address. */
export const hasChosenSecret = ({ secrets }: GateClient): boolean =>
  secrets.some(({ hash }) => hash === null);
