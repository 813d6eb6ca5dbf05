import type { Claims } from './flow.js';
import { oauthError } from './oauth-error.js';
import { TOP_LEVEL_CLAIMS } from './signer.js';
import type { Grant } from './token-store.js';

/** Where Hydra asks before it issues a token: `oauth2.token_hook` with an API key in the header Authorization. */
export interface TokenHook {
  readonly url: string;
  /** The whole value of the header. */
  readonly authorization: string;
}

export interface HookedClaims {
  readonly accessToken: Claims;
  readonly idToken: Claims;
}

/** @returns what the hook wants said in the tokens, null where it leaves that as it is. @throws what it refuses */
export async function askTokenHook(
  { url, authorization }: TokenHook,
  grant: Grant,
  grantType: string,
  form: URLSearchParams,
): Promise<HookedClaims | null> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=UTF-8', authorization },
    body: JSON.stringify(question(grant, grantType, form)),
  }).catch(() => null);
  if (response?.status === 204) return null;
  if (response?.status === 403) throw oauthError('access_denied', 'The token hook refused.');
  if (response?.status !== 200) throw oauthError('server_error', 'The token hook did not answer.');
  const { session } = (await response.json().catch(() => {
    throw oauthError('server_error', 'The token hook did not answer with JSON.');
  })) as { session?: { access_token?: Claims; id_token?: Claims } };
  return { accessToken: session?.access_token ?? {}, idToken: session?.id_token ?? {} };
}

/** When the person was asked, in whole seconds and as Go writes a time; the zero time where there is no person. */
const requestedAtOf = ({ person }: Grant): string =>
  person ? new Date(person.requestedAt * 1000).toISOString().replace('.000', '') : '0001-01-01T00:00:00Z';

/** Only the grant type and the scope of a form are passed on. What a code has been granted is not known yet. */
function question(grant: Grant, grantType: string, form: URLSearchParams) {
  const isCode = grantType === 'authorization_code';
  const scope = grantType === 'client_credentials' ? form.get('scope') : null;
  return {
    session: {
      id_token: {
        id_token_claims: {
          sub: grant.subject,
          rat: requestedAtOf(grant),
          ext: grant.person ? grant.idToken : null,
        },
        headers: { extra: null },
        subject: grant.subject,
      },
      extra: grant.accessToken,
      client_id: grant.clientId,
      consent_challenge: grant.person ? grant.requestId : '',
      exclude_not_before_claim: false,
      allowed_top_level_claims: TOP_LEVEL_CLAIMS,
      mirror_top_level_claims: true,
    },
    request: {
      client_id: grant.clientId,
      requested_scopes: grant.requestedScopes.length === 0 ? null : grant.requestedScopes,
      granted_scopes: isCode ? [] : grant.scopes,
      granted_audience: isCode ? [] : grant.audience,
      grant_types: [grantType],
      payload: { grant_type: [grantType], ...(scope !== null && { scope: [scope] }) },
    },
  };
}
