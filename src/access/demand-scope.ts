import type { Actor } from '../auth/actor.js';
import { bearerChallenge } from '../auth/bearer-challenge.js';
import { Problem } from '../problem-details/problem.js';

/**
 * Demands that the token carries a scope. The token of a Kratos session has no scopes and needs none.
 *
 * @throws Problem 403 `insufficient_scope`, in the form of RFC 6750, section 3.1
 */
export function demandScope(actor: Actor, scope: string): void {
  if (actor.scopes === null || actor.scopes.has(scope)) return;
  throw new Problem(
    'insufficient_scope',
    `The token needs the scope ${scope}: ask for it when you get the token.`,
    {
      headers: { 'www-authenticate': bearerChallenge({ error: 'insufficient_scope', scope }) },
    },
  );
}
