/** Members of the client, and parameters laid over those of a proper request; undefined leaves one out. */
export interface FlowCase {
  readonly client?: object;
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  /** What the client gets, `code` for what it wants. Null: the client gets nothing, a page for errors does. */
  readonly outcome: string;
  readonly at: 'query' | 'fragment' | 'error page';
}

const PUBLIC = { token_endpoint_auth_method: 'none' };
const NO_CHALLENGE = { code_challenge: undefined, code_challenge_method: undefined };

/** How requests at the authorization endpoint end for a person who says yes to everything. */
export const FLOWS: Readonly<Record<string, FlowCase>> = {
  'a proper request': { outcome: 'code', at: 'query' },
  'a proper request of a public client': { client: PUBLIC, outcome: 'code', at: 'query' },
  'no challenge': { parameters: NO_CHALLENGE, outcome: 'code', at: 'query' },
  'no challenge of a public client': {
    client: PUBLIC,
    parameters: NO_CHALLENGE,
    outcome: 'invalid_request',
    at: 'query',
  },
  plain: { parameters: { code_challenge_method: 'plain' }, outcome: 'invalid_request', at: 'query' },
  'plain by default': {
    parameters: { code_challenge_method: undefined },
    outcome: 'invalid_request',
    at: 'query',
  },
  'an unknown method': {
    parameters: { code_challenge_method: 'S512' },
    outcome: 'invalid_request',
    at: 'query',
  },
  'an unknown client': { parameters: { client_id: 'nobody' }, outcome: 'invalid_client', at: 'error page' },
  'another redirect URI': {
    parameters: { redirect_uri: 'https://shop.example.com/other' },
    outcome: 'invalid_request',
    at: 'error page',
  },
  'no redirect URI with openid': {
    parameters: { redirect_uri: undefined },
    outcome: 'invalid_request',
    at: 'error page',
  },
  'no redirect URI without openid': {
    parameters: { redirect_uri: undefined, scope: 'notes:read' },
    outcome: 'code',
    at: 'query',
  },
  'another port of a loopback address': {
    client: { redirect_uris: ['http://127.0.0.1:8080/cb'] },
    parameters: { redirect_uri: 'http://127.0.0.1:51004/cb' },
    outcome: 'code',
    at: 'query',
  },
  'another port of localhost': {
    client: { redirect_uris: ['http://localhost:8080/cb'] },
    parameters: { redirect_uri: 'http://localhost:51004/cb' },
    outcome: 'invalid_request',
    at: 'error page',
  },
  'a redirect URI with a scheme of its own': {
    client: { redirect_uris: ['com.example.app:/cb'] },
    parameters: { redirect_uri: 'com.example.app:/cb' },
    outcome: 'code',
    at: 'query',
  },
  'a scope that is not registered': {
    parameters: { scope: 'openid notes:write' },
    outcome: 'invalid_scope',
    at: 'query',
  },
  'an audience that is not registered': {
    parameters: { audience: 'other' },
    outcome: 'invalid_request',
    at: 'query',
  },
  'a response type that is not registered': {
    parameters: { response_type: 'token' },
    outcome: 'unsupported_response_type',
    at: 'query',
  },
  'a response type that does not exist': {
    parameters: { response_type: 'nonsense' },
    outcome: 'unsupported_response_type',
    at: 'query',
  },
  'no response type': {
    parameters: { response_type: undefined },
    outcome: 'unsupported_response_type',
    at: 'query',
  },
  'a state that is too short': { parameters: { state: '1234567' }, outcome: 'invalid_state', at: 'query' },
  'a disabled client': {
    client: { grant_types: ['disabled'], response_types: ['disabled'] },
    outcome: 'unsupported_response_type',
    at: 'query',
  },
  'a disabled client, implicitly': {
    client: { grant_types: ['disabled'], response_types: ['disabled'] },
    parameters: { response_type: 'id_token' },
    outcome: 'unsupported_response_type',
    at: 'query',
  },
  'a client without the grant, but with the response type': {
    client: { grant_types: ['refresh_token'] },
    outcome: 'code',
    at: 'query',
  },
  'nobody is signed in': { parameters: { prompt: 'none' }, outcome: 'login_required', at: 'query' },
  id_token: { parameters: { response_type: 'id_token' }, outcome: 'id_token', at: 'fragment' },
  'id_token token': { parameters: { response_type: 'id_token token' }, outcome: 'id_token', at: 'fragment' },
  'id_token without a nonce': {
    parameters: { response_type: 'id_token', nonce: undefined },
    outcome: 'invalid_request',
    at: 'fragment',
  },
  'id_token with a nonce that is too short': {
    parameters: { response_type: 'id_token', nonce: '1234567' },
    outcome: 'insufficient_entropy',
    at: 'fragment',
  },
  'id_token without openid': {
    parameters: { response_type: 'id_token', scope: 'notes:read' },
    outcome: 'unsupported_response_type',
    at: 'fragment',
  },
  'id_token without the grant': {
    client: { grant_types: ['authorization_code'] },
    parameters: { response_type: 'id_token' },
    outcome: 'invalid_grant',
    at: 'fragment',
  },
  'a short state, implicitly': {
    parameters: { response_type: 'id_token', state: '1234567' },
    outcome: 'invalid_state',
    at: 'fragment',
  },
};
