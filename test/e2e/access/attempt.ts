import type { Answer } from '../../support/api-client.js';
import { changedTables, stateOf } from '../../support/database-state.js';
import type { TestRegistry } from '../../support/registry.js';
import { pathIn, type Operation, type Place } from './operations.js';

export interface Attempt {
  readonly token: string | undefined;
  readonly place: Place;
}

/**
 * Makes the calls one after the other, and tells in one word each what came of them: the status, with `s` for a scope that
 * the token lacks. What no refusal may do, such as changing a row or naming its cause in another form than RFC 6750's, is
 * told behind it.
 */
export async function attempt(
  { api, database }: TestRegistry,
  operations: Readonly<Record<string, Operation>>,
  { token, place }: Attempt,
): Promise<string> {
  const words: string[] = [];
  let before = await stateOf(database);
  for (const { method, path, body } of Object.values(operations)) {
    const answer = await api.call(method, pathIn(path, place), { token, body });
    const after = await stateOf(database);
    const changed = answer.status < 400 ? [] : changedTables(before, after);
    words.push([wordFor(answer), ...changed].join('!'));
    before = after;
  }
  return words.join(' ');
}

function wordFor({ status, headers, body }: Answer): string {
  const challenge = headers.get('www-authenticate');
  switch (body['code']) {
    case 'insufficient_scope':
      return INSUFFICIENT_SCOPE.test(challenge ?? '') ? '403s' : `403s!${challenge}`;
    case 'invalid_token':
      return challenge?.startsWith('Bearer ') ? '401' : `401!${challenge}`;
    default:
      return challenge === null ? String(status) : `${status}!${challenge}`;
  }
}

/** RFC 6750, section 3.1. */
const INSUFFICIENT_SCOPE = /^Bearer (?=.*\berror="insufficient_scope")(?=.*\bscope="oauth_clients:[a-z]+")/;
