/** The members of a Bearer challenge (RFC 6750, section 3). */
interface ChallengeParameters {
  readonly error?: 'invalid_token' | 'insufficient_scope';
  readonly error_description?: string;
  /** Space-separated scopes, one of the ways in which the call would be allowed. */
  readonly scope?: string;
}

const REALM = 'oauth-client-registry';

/** The value of `WWW-Authenticate`. Without parameters it only asks for a token and names no error. */
export function bearerChallenge(parameters: ChallengeParameters = {}): string {
  const members = Object.entries({ realm: REALM, ...parameters });
  return `Bearer ${members.map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}`;
}

/** A quoted-string (RFC 9110, section 5.6.4); what RFC 6750 does not allow inside becomes a space. */
const quoted = (value: string): string =>
  `"${value.replace(/[^\x20-\x7E]/g, ' ').replace(/["\\]/g, String.raw`\$&`)}"`;
