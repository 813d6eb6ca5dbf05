import { withExample } from '../oauth-clients/model/redirect-uri.js';
import { pointerTo } from '../oauth-clients/model/members.js';
import type { Violation } from '../problem-details/violation.js';

/**
 * What an authorization response puts into the query: RFC 6749, sections 4.1.2 and 4.1.2.1, RFC 9207, and the `scope`
 * that oidc-provider adds to `invalid_scope`. A redirect URI that has one of them already must keep it (section 3.1.2)
 * and must not repeat it (section 3.1): both cannot be.
 */
const RESPONSE_PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'scope'];

export function redirectUriRefusals(redirect_uris: readonly string[]): Violation[] {
  return redirect_uris.flatMap((uri, index) => {
    const taken = RESPONSE_PARAMETERS.find((name) => parametersOf(uri).has(name));
    return taken === undefined ? [] : [refusal(index, uri, taken)];
  });
}

const parametersOf = (uri: string): URLSearchParams => new URLSearchParams(queryOf(uri));

const queryOf = (uri: string): string => uri.split('?').slice(1).join('?');

const refusal = (index: number, uri: string, parameter: string): Violation => ({
  pointer: pointerTo('redirect_uris', index),
  code: 'redirect_uri_parameter_reserved',
  detail: withExample(
    `Remove the query parameter ${parameter}: the authorization server sets it in its response.`,
    withoutReserved(uri),
  ),
});

/** The other parameters stay as they are written. */
function withoutReserved(uri: string): string {
  const isFree = (pair: string): boolean => {
    const [name = ''] = new URLSearchParams(pair).keys();
    return !RESPONSE_PARAMETERS.includes(name);
  };
  const query = queryOf(uri).split('&').filter(isFree).join('&');
  return uri.split('?')[0] + (query === '' ? '' : `?${query}`);
}
