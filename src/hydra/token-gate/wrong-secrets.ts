import { Injectable } from '@nestjs/common';
import { originsOf } from '../../oauth-clients/model/browser-origin.js';
import { problemOf } from '../../problem-details/problem.js';
import { RateLimits } from '../../rate-limit/rate-limits.js';
import type { GateClient } from './gate-client.js';
import { GateNotes } from './gate-notes.js';
import type { GateRequest } from './gate-request.js';
import { invalidClient, OAuthRefusal, tooMany } from './oauth-refusal.js';

/** What becomes of requests that do not prove that they come from the client they name. They are counted by client and address. */
@Injectable()
export class WrongSecrets {
  constructor(
    private readonly notes: GateNotes,
    private readonly limits: RateLimits,
  ) {}

  /** The answer to such a request: 401, or 429 when there were too many. */
  async refusal(client: GateClient, request: GateRequest): Promise<OAuthRefusal> {
    this.notes.refused(client);
    const tooOften = await problemOf(this.limits.admitWrongSecret(client.client_id, request.address));
    return readable(tooOften ? tooMany(tooOften) : invalidClient(), client, request);
  }

  /**
   * For clients whose secrets people may have chosen: whoever has sent too many wrong ones waits with right ones, too, or
   * the answers would tell which is right.
   *
   * @throws OAuthRefusal 429 then
   */
  async demandFew(client: GateClient, request: GateRequest): Promise<void> {
    const tooOften = await problemOf(this.limits.demandFewWrongSecrets(client.client_id, request.address));
    if (tooOften) throw readable(tooMany(tooOften), client, request);
  }
}

/** Lets the client's own pages read a refusal, as they may read Hydra's answers. */
function readable(refusal: OAuthRefusal, client: GateClient, { origin }: GateRequest): OAuthRefusal {
  const { status, error, description, headers } = refusal;
  const isAllowed = origin !== undefined && originsOf(client).includes(origin);
  const all = { ...headers, vary: 'Origin', ...(isAllowed && { 'access-control-allow-origin': origin }) };
  return new OAuthRefusal(status, error, description, all);
}
