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
  throw insufficientScope(scope, `The token needs the scope ${scope}: ask for it when you get the token.`);
}

/** The token carries the scope, and the tenant's client that it was issued to does not have it now. */
export const withdrawnScope = (scope: string): Problem =>
  insufficientScope(
    scope,
    `The client that the token was issued to no longer has the scope ${scope}: an admin can add it to the client's ` +
      '`scopes` while it is assignable.',
  );

const insufficientScope = (scope: string, detail: string): Problem =>
  new Problem('insufficient_scope', detail, {
    headers: { 'www-authenticate': bearerChallenge({ error: 'insufficient_scope', scope }) },
  });
