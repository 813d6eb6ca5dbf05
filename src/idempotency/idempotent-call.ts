import { hash } from 'node:crypto';
import type { Caller } from '../auth/caller.js';
import { MAX_IDEMPOTENCY_KEY } from '../openapi/request-headers.js';
import { Problem } from '../problem-details/problem.js';

/** What identifies a call that its caller may repeat. */
export interface IdempotentCall {
  /** SHA-256 of the caller, the path and the key. */
  readonly id: Buffer;
  readonly bodyHash: Buffer;
}

/**
 * Reads the `Idempotency-Key` of a call (draft-ietf-httpapi-idempotency-key-header). Null without one. `abc` and `"abc"` are one key.
 *
 * @param body as it was understood: members that are null are absent, and their order does not count
 * @throws Problem 400 for a malformed key
 */
export function readIdempotentCall(
  header: string | readonly string[] | undefined,
  { actor }: Caller,
  path: string,
  body: object,
): IdempotentCall | null {
  if (header === undefined) return null;
  const key = keyIn(String(header));
  const scope = [actor.issuer, actor.subject, actor.clientId, path, key];
  return { id: digest(scope), bodyHash: digest(Object.entries(body).toSorted(byName)) };
}

const VISIBLE = /^[\x21-\x7e]+$/;
/** A string of RFC 8941, section 3.3.3. */
const QUOTED = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

function keyIn(header: string): string {
  const [, quoted] = QUOTED.exec(header) ?? [];
  const key = quoted === undefined ? header : quoted.replaceAll(/\\(["\\])/g, '$1');
  if (VISIBLE.test(key) && key.length <= MAX_IDEMPOTENCY_KEY) return key;
  throw new Problem(
    'bad_request',
    `Idempotency-Key must be 1 to ${MAX_IDEMPOTENCY_KEY} visible ASCII characters, which may stand in double quotes. ` +
      'A random UUID is a good one.',
  );
}

const digest = (value: unknown): Buffer => hash('sha256', JSON.stringify(value), 'buffer');

const byName = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);
