import type { Violation } from '../problem-details/violation.js';

/**
 * What an authorization response puts into the query: RFC 6749, sections 4.1.2 and 4.1.2.1, RFC 9207, and the `scope`
 * that oidc-provider adds to `invalid_scope`. A redirect URI that has one of them already must keep it (section 3.1.2)
 * and must not repeat it (section 3.1): both cannot be.
 */
const RESPONSE_PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'scope'];

export function redirectUriRefusals(redirect_uris: readonly string[]): Violation[] {
  return redirect_uris.flatMap((uri, index) => {
    const taken = takenParameter(uri);
    return taken === undefined ? [] : [refusal(index, taken)];
  });
}

function takenParameter(uri: string): string | undefined {
  const query = new URLSearchParams(uri.split('?').slice(1).join('?'));
  return RESPONSE_PARAMETERS.find((name) => query.has(name));
}

const refusal = (index: number, parameter: string): Violation => ({
  pointer: `/redirect_uris/${index}`,
  code: 'invalid_redirect_uri',
  detail: `Remove the query parameter ${parameter}: the authorization server sets it in its response.`,
});
