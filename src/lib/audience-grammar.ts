import { isScopeToken, prefixOf } from './scope-grammar.js';

/**
 * Whether the text has the form of an audience: the absolute URI of a resource without a fragment (RFC 8707, section 2), or a
 * name. A `*` is not taken: it would look like a pattern, and an audience is none.
 */
export const isAudience = (text: string): boolean => isScopeToken(text) && !/[#*]/.test(text);

/** Whether this is an absolute URI (RFC 3986, section 4.3), as far as a resource indicator (RFC 8707) needs it. */
export const isAbsoluteUri = (text: string): boolean =>
  /^[a-z][a-z\d+.-]*:./i.test(text) && URL.canParse(text);

/** Whether this is an exact audience, or a prefix of audiences that ends in `:*`, `.*` or `/*`. */
export const isAudiencePattern = (text: string): boolean => isAudience(prefixOf(text) ?? text);

/**
 * Whether a client with an audience of this pattern could get a token for the other one too: Hydra takes whatever is below the
 * path of a listed audience for listed.
 */
export function covers(pattern: string, audience: string): boolean {
  const prefix = prefixOf(pattern);
  if (prefix !== null) return audience.startsWith(prefix);
  return `${audience}/`.startsWith(`${pattern.replace(/\/+$/, '')}/`);
}
