import type { Violation } from '../problem-details/violation.js';

/** The JSON pointer (RFC 6901) to a name that a caller chose, cut to a length that an answer can hold. */
export const pointerToName = (name: string): string =>
  `/${name.slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** @param known the parameters that the call takes */
export const unknownParameter = (name: string, known: readonly string[]): Violation => ({
  pointer: pointerToName(name),
  code: 'unknown_member',
  detail: `Is not a parameter of this call, which takes ${known.length === 0 ? 'none' : `only: ${known.join(', ')}`}.`,
});
