import { Injectable } from '@nestjs/common';
import { Problem } from '../../problem-details/problem.js';
import { RateLimits } from '../../rate-limit/rate-limits.js';
import type { GateClient } from './gate-client.js';
import { GateNotes } from './gate-notes.js';
import type { GateRequest } from './gate-request.js';
import { invalidClient, OAuthRefusal } from './oauth-refusal.js';

/** What becomes of requests that do not prove that they come from the client they name. They are counted by client and address. */
@Injectable()
export class WrongSecrets {
  constructor(
    private readonly notes: GateNotes,
    private readonly limits: RateLimits,
  ) {}

  /** The answer to one. */
  async refusal(client: GateClient, { address, refusalOfFailure }: GateRequest): Promise<OAuthRefusal> {
    this.notes.refused(client);
    if (refusalOfFailure) return tooMany(refusalOfFailure);
    const tooOften = await problemOf(this.limits.admitWrongSecret(client.client_id, address));
    return tooOften ? tooMany(tooOften) : invalidClient();
  }

  /**
   * For secrets that people may have chosen: whoever has sent too many wrong ones waits with right ones too, or the answers
   * would tell which is right. Throws an OAuthRefusal then.
   */
  async demandFew({ client_id }: GateClient, { address }: GateRequest): Promise<void> {
    const tooOften = await problemOf(this.limits.demandFewWrongSecrets(client_id, address));
    if (tooOften) throw tooMany(tooOften);
  }
}

const problemOf = (limited: Promise<void>): Promise<Problem | undefined> =>
  limited.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Problem) return error;
      throw error;
    },
  );

const tooMany = ({ headers, detail }: Problem): OAuthRefusal =>
  new OAuthRefusal(429, 'temporarily_unavailable', detail, headers);
