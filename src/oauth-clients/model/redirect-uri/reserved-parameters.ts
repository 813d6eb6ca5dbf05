import type { Violation } from '../../../problem-details/violation.js';
import { pointerTo } from '../members.js';
import { withExample } from '../redirect-uri.js';

/**
 * What both authorization servers put into the query of their answers: RFC 6749, sections 4.1.2 and 4.1.2.1, and the
 * `scope` that Hydra adds to all and oidc-provider to `invalid_scope`.
 */
export const RESPONSE_PARAMETERS: readonly string[] = [
  'code',
  'state',
  'scope',
  'error',
  'error_description',
];

/**
 * Redirect URIs that have a parameter which the authorization server sets. It must keep what it finds there (RFC 6749,
 * section 3.1.2) and must not repeat it (section 3.1): both cannot be.
 */
export function reservedParameters(
  redirect_uris: readonly string[],
  reserved: readonly string[],
): Violation[] {
  return redirect_uris.flatMap((uri, index) => {
    // Fast path: most redirect URIs have no query, and every change of a client judges them all.
    if (!uri.includes('?')) return [];
    const parameters = new URLSearchParams(queryOf(uri));
    const taken = reserved.find((name) => parameters.has(name));
    return taken === undefined ? [] : [violationAt(index, taken, withoutParameters(uri, reserved))];
  });
}

const queryOf = (uri: string): string => uri.split('?').slice(1).join('?');

const violationAt = (index: number, parameter: string, repaired: string): Violation => ({
  pointer: pointerTo('redirect_uris', index),
  code: 'redirect_uri_parameter_reserved',
  detail: withExample(
    `Remove the query parameter ${parameter}: the authorization server sets it in its response.`,
    repaired,
  ),
});

/** The other parameters stay as they are written. */
function withoutParameters(uri: string, reserved: readonly string[]): string {
  const isFree = (pair: string): boolean => {
    const [name = ''] = new URLSearchParams(pair).keys();
    return !reserved.includes(name);
  };
  const query = queryOf(uri).split('&').filter(isFree).join('&');
  return uri.split('?')[0] + (query === '' ? '' : `?${query}`);
}
