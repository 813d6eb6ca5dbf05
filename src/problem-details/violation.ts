import type { ViolationCode } from './violation-codes.js';

/** One broken rule: where (a JSON pointer, RFC 6901, into the body), which (a stable code) and what to do about it. */
export interface Violation {
  readonly pointer: string;
  readonly code: ViolationCode;
  readonly detail: string;
}
