import type { ViolationCode } from '../../problem-details/violation-codes.js';
import { BoundedMap } from '../../lib/bounded-map.js';
import { CHECKS, type Check } from './redirect-uri/checks.js';
import { split, type UriParts } from './redirect-uri/parts.js';
import { EXAMPLE_URI } from './redirect-uri/repairs.js';

/*
 * Which redirect URIs may be registered. The authorization server compares them character by character (RFC 9700,
 * section 2.1), so the raw string is judged and kept: what a parser would rewrite, or two parsers could read
 * differently, is refused instead of repaired. The violation names the URI that is probably meant.
 */

export interface RedirectUriProblem {
  /** Stable, one for each check. */
  readonly code: ViolationCode;
  /** What to change, for the owner of the client; ends in a URI that would be accepted, if it is not too long. */
  readonly detail: string;
}

/**
 * Why a redirect URI cannot be registered, or null if it can: https; http on a loopback host (RFC 8252, section 7.3); a
 * private-use scheme in reverse-domain form (section 7.1); or one of the listed schemes. At most 2,048 characters.
 */
export function redirectUriProblem(uri: string, listedSchemes: readonly string[]): RedirectUriProblem | null {
  const accepted = acceptedWith(listedSchemes);
  if (accepted.get(uri)) return null;
  const parts = split(uri);
  const broken = brokenCheck(parts, listedSchemes);
  if (!broken) {
    accepted.set(uri, true);
    return null;
  }
  const text = typeof broken.text === 'string' ? broken.text : broken.text(parts);
  // The repaired form of a long URI would be too long to show, and looking for it would take a while.
  const isLong = uri.length > LONGEST_EXAMPLE;
  const detail = isLong ? text : withExample(text, acceptable(parts, broken, listedSchemes));
  return { code: broken.code, detail };
}

/** Accepted URIs, by the list of schemes. Every change of a client judges all its URIs, most of which were judged before. */
const ACCEPTED = new WeakMap<readonly string[], BoundedMap<true>>();
const REMEMBERED = 1_000;

function acceptedWith(listedSchemes: readonly string[]): BoundedMap<true> {
  const accepted = ACCEPTED.get(listedSchemes) ?? new BoundedMap<true>(REMEMBERED);
  ACCEPTED.set(listedSchemes, accepted);
  return accepted;
}

/** Characters of an example, at most. A longer one would be a page of text, and the words name the fault as well. */
const LONGEST_EXAMPLE = 512;

/** A text for the owner of a client with a URI to copy, between quotation marks (RFC 3986, appendix C). */
export const withExample = (text: string, uri: string): string =>
  uri.length > LONGEST_EXAMPLE ? text : `${text} Try "${uri}".`;

/** Scheme, host and port as they are written: where the URI leads, whatever its path. */
export function endpointOf(uri: string): string {
  const { scheme, host = '', port } = split(uri);
  return port === undefined ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}

const brokenCheck = (uri: UriParts, listedSchemes: readonly string[]): Check | undefined =>
  CHECKS.find(({ isBroken }) => isBroken(uri, listedSchemes));

/** The nearest URI that passes every check. A repair may bring up another fault, so they are repaired in turn. */
function acceptable(uri: UriParts, broken: Check, listedSchemes: readonly string[]): string {
  let [parts, check]: [UriParts, Check | undefined] = [uri, broken];
  for (let step = 0; step < 2 * CHECKS.length && check; step++) {
    parts = split(check.repair(parts));
    check = brokenCheck(parts, listedSchemes);
  }
  return check ? EXAMPLE_URI : parts.raw;
}
