import type { Actor } from '../auth/actor.js';
import { bearerChallenge } from '../auth/bearer-challenge.js';
import { Problem } from '../problem-details/problem.js';

/** 403 in the form of RFC 6750, section 3.1, unless the token carries the scope. Kratos sessions have none and need none. */
export function demandScope(actor: Actor, scope: string): void {
  if (actor.scopes === null || actor.scopes.has(scope)) return;
  throw new Problem('insufficient_scope', `The token needs the scope ${scope}.`, {
    headers: { 'www-authenticate': bearerChallenge({ error: 'insufficient_scope', scope }) },
  });
}
