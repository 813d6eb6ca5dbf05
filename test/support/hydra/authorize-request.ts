import type { ClientStore, StoredClient } from './client-store.js';
import { redirect, type HttpAnswer } from './http.js';
import type { HydraError } from './hydra-error.js';
import { oauthError } from './oauth-error.js';
import { matchRedirectUri, withFragment, withQuery } from './redirect-uris.js';

/** A request at the authorization endpoint whose client and redirect URI are proven. */
export interface AuthorizeRequest {
  readonly client: StoredClient;
  readonly clientId: string;
  readonly parameters: URLSearchParams;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly responseTypes: readonly string[];
  readonly prompts: readonly string[];
  readonly state: string;
}

const MIN_ENTROPY = 8;

/** @throws what must never reach the redirect URI, because it is not proven */
export function readRequest(parameters: URLSearchParams, store: ClientStore): AuthorizeRequest {
  const clientId = parameters.get('client_id') ?? '';
  const client = store.clients.get(clientId);
  if (!client) throw oauthError('invalid_client', 'The client does not exist.');
  const words = (name: string): string[] => (parameters.get(name) ?? '').split(' ').filter(Boolean);
  const scopes = words('scope');
  const requested = parameters.get('redirect_uri') ?? '';
  if (requested === '' && scopes.includes('openid'))
    throw oauthError('invalid_request', 'OpenID Connect needs a redirect_uri.');
  const redirectUri = matchRedirectUri(requested, client.members.redirect_uris ?? []);
  if (redirectUri === null) throw oauthError('invalid_request', 'The redirect_uri is not registered.');
  return {
    client,
    clientId,
    parameters,
    redirectUri,
    scopes,
    audience: words('audience'),
    responseTypes: words('response_type'),
    prompts: words('prompt'),
    state: parameters.get('state') ?? '',
  };
}

/** Checks what the client asks for. @throws HydraError for what it may not ask for */
export function assertAllowed({
  client,
  scopes,
  audience,
  responseTypes,
  parameters,
}: AuthorizeRequest): void {
  assertScopes(client, scopes);
  assertAudience(client, audience);
  const asked = sorted(responseTypes);
  const allowed = orDefault(client.members.response_types, 'code').map((types) => sorted(types.split(' ')));
  if (asked === '' || !allowed.includes(asked))
    throw oauthError('unsupported_response_type', 'The client may not ask for this response_type.');
  if (!['', 'query', 'fragment'].includes(parameters.get('response_mode') ?? ''))
    throw oauthError('unsupported_response_mode', 'This response_mode is not served.');
}

/** A state that others could guess protects nobody. */
export function assertState({ state }: AuthorizeRequest): void {
  if (state.length < MIN_ENTROPY) throw oauthError('invalid_state', 'The state is too short.');
}

export function assertScopes({ members }: StoredClient, scopes: readonly string[]): void {
  const allowed = members.scope.split(' ');
  const other = scopes.find((scope) => !allowed.includes(scope));
  if (other !== undefined) throw oauthError('invalid_scope', `The client may not ask for ${other}.`);
}

export function assertAudience({ members }: StoredClient, audience: readonly string[]): void {
  const isListed = (one: string): boolean => (members.audience ?? []).some((listed) => covers(listed, one));
  if (audience.every(isListed)) return;
  throw oauthError('invalid_request', 'The client may not ask for this audience.');
}

/** Whatever is below the path of a listed audience counts as listed, as far as Go's URLs tell. */
function covers(listed: string, one: string): boolean {
  const [own, asked] = [parts(listed), parts(one)];
  const path = own.path.replace(/\/+$/, '');
  return own.place === asked.place && (asked.path === own.path || `${asked.path}/`.startsWith(`${path}/`));
}

function parts(audience: string): { place: string; path: string } {
  const [, place = '', path = ''] = /^([a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(audience) ?? [];
  return { place, path };
}

export function assertNonce(nonce: string | null): void {
  if (nonce !== null && nonce.length < MIN_ENTROPY)
    throw oauthError('insufficient_entropy', 'The nonce is too short.');
}

/** An empty list of grant or response types means this one. */
export const orDefault = (list: readonly string[] | null, fallback: string): readonly string[] =>
  list === null || list.length === 0 ? [fallback] : list;

export const isPublic = ({ members }: StoredClient): boolean => members.token_endpoint_auth_method === 'none';

const sorted = (words: readonly string[]): string => words.toSorted().join(' ');

/** Sends the browser to the client, with what it asked for or with an error. */
export function sendToClient(
  { redirectUri, responseTypes, parameters }: AuthorizeRequest,
  answer: Readonly<Record<string, string>>,
): HttpAnswer {
  const byDefault = responseTypes.join(' ') === 'code' ? 'query' : 'fragment';
  const isFragment = (parameters.get('response_mode') || byDefault) === 'fragment';
  return redirect(303, isFragment ? withFragment(redirectUri, answer) : withQuery(redirectUri, answer));
}

/** Before Hydra has accepted the response type, an error goes to the query. */
export const sendEarlyError = (request: AuthorizeRequest, error: HydraError): HttpAnswer =>
  sendToClient({ ...request, responseTypes: ['code'] }, errorMembers(request, error));

export const sendError = (request: AuthorizeRequest, error: HydraError): HttpAnswer =>
  sendToClient(request, errorMembers(request, error));

const errorMembers = ({ state }: AuthorizeRequest, { error, description }: HydraError) => ({
  error,
  error_description: description,
  state,
});
