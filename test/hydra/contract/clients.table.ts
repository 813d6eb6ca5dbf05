import { CREATED, DUPLICATE, NOT_FOUND, REPLACED, STORED, UNRECOGNIZABLE } from './client-answer.js';
import type { Table } from './exchange.js';

const post = (members: object) => ({
  send: 'POST /admin/clients',
  body: JSON.stringify({ client_id: '{id}', ...members }),
});
const put = (members: object) => ({ send: 'PUT /admin/clients/{id}', body: JSON.stringify(members) });
const patch = (...operations: readonly (readonly [op: string, path: string, value?: unknown])[]) => ({
  send: 'PATCH /admin/clients/{id}',
  body: JSON.stringify(operations.map(([op, path, value]) => ({ op, path, value }))),
});
const GET = { send: 'GET /admin/clients/{id}', status: 200 };

/** A client as the registry sends it. */
const REGISTRATION = {
  client_name: 'Weaver & <b>Sons</b>',
  owner: '{owner}',
  redirect_uris: ['https://shop.example.com/cb?x=1&y=%20', 'com.example.app:/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'openid offline_access notes:read',
  audience: ['oauth-client-registry'],
  token_endpoint_auth_method: 'client_secret_post',
  access_token_strategy: 'jwt',
  skip_consent: true,
  skip_logout_consent: true,
  metadata: { oauth_client_registry: { revision: 7, pkce_required: false, text: 'é < "\u2028"' } },
};
const SECRET = 'ocs_first-secret';

/** What an operator may have set of the same client. */
const BESIDE = {
  policy_uri: 'https://a.example/',
  jwks_uri: 'https://a.example/keys',
  implicit_grant_id_token_lifespan: '2h0m0s',
};
const PATCHED = {
  ...STORED,
  ...REGISTRATION,
  ...BESIDE,
  client_name: 'Shop',
  redirect_uris: [],
  access_token_strategy: undefined,
  metadata: { oauth_client_registry: { revision: 8 }, team: 'shop' },
};

export const CLIENTS: Table = {
  'an empty client is answered with every default': [
    { ...post({}), status: 201, answer: CREATED, answerHeaders: { location: '/admin/clients/{id}' } },
    { ...GET, answer: STORED },
    { ...put({}), status: 200, answer: REPLACED },
    { ...GET, answer: STORED },
  ],
  'without an id, Hydra chooses one': [
    {
      send: 'POST /admin/clients',
      body: '{}',
      status: 201,
      answer: { ...CREATED, client_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4/) as string },
    },
  ],
  'what the registry sends comes back as it was sent, its secret once': [
    {
      ...post({ ...REGISTRATION, client_secret: SECRET }),
      status: 201,
      answer: { ...CREATED, ...REGISTRATION, client_secret: SECRET },
    },
    { ...GET, answer: { ...STORED, ...REGISTRATION } },
    { ...put(REGISTRATION), status: 200, answer: { ...REPLACED, ...REGISTRATION } },
    { ...GET, answer: { ...STORED, ...REGISTRATION } },
  ],
  'an id is taken once': [
    { ...post({}), status: 201, answer: CREATED },
    { ...post({ client_name: 'another' }), status: 409, answer: DUPLICATE },
    { ...GET, answer: STORED },
  ],
  'a client that is not there is 404 to every call': [
    { ...GET, status: 404, answer: NOT_FOUND },
    { ...put({}), status: 404, answer: NOT_FOUND },
    { ...patch(), status: 404, answer: NOT_FOUND },
    { send: 'DELETE /admin/clients/{id}', status: 404, answer: NOT_FOUND },
  ],
  'a client is deleted once': [
    { ...post({}), status: 201, answer: CREATED },
    { send: 'DELETE /admin/clients/{id}', status: 204 },
    { send: 'DELETE /admin/clients/{id}', status: 404, answer: NOT_FOUND },
    { ...put({}), status: 404, answer: NOT_FOUND },
    { ...post({}), status: 201, answer: CREATED },
  ],
  'a PUT resets what it does not name': [
    {
      ...post({ ...REGISTRATION, policy_uri: 'https://a.example/' }),
      status: 201,
      answer: expect.anything(),
    },
    { ...put({ client_name: 'Shop' }), status: 200, answer: { ...REPLACED, client_name: 'Shop' } },
    { ...GET, answer: { ...STORED, client_name: 'Shop' } },
  ],
  'the path of a PUT names the client, whatever its body says': [
    { ...post({}), status: 201, answer: CREATED },
    { ...put({ client_id: 'another' }), status: 200, answer: REPLACED },
  ],
  'a PATCH changes what it names and leaves all else, the secret and the time of its making too': [
    {
      ...post({
        ...REGISTRATION,
        client_secret: SECRET,
        ...BESIDE,
        metadata: { ...REGISTRATION.metadata, team: 'shop' },
      }),
      status: 201,
      answer: expect.anything(),
    },
    {
      ...patch(
        ['add', '/client_name', 'Shop'],
        ['replace', '/redirect_uris', []],
        ['add', '/access_token_strategy', null],
        ['add', '/metadata/oauth_client_registry', { revision: 8 }],
      ),
      status: 200,
      answer: PATCHED,
    },
    { ...GET, answer: PATCHED },
    {
      ...patch(['add', '/client_secret', 'ocs_second-secret']),
      status: 200,
      answer: { ...PATCHED, client_secret: 'ocs_second-secret' },
    },
    { ...patch(), status: 200, answer: PATCHED },
  ],
  'a PATCH makes an object of null metadata, and of nothing else': [
    { ...post({ metadata: null }), status: 201, answer: expect.anything() },
    {
      ...patch(['add', '/metadata/mark', 1]),
      status: 200,
      answer: { ...STORED, metadata: { mark: 1 } },
    },
    { ...patch(['add', '/metadata', ['a list']]), status: 200, answer: { ...STORED, metadata: ['a list'] } },
    { ...patch(['add', '/metadata/mark', 1]), status: 500, answer: UNRECOGNIZABLE },
    { ...GET, answer: { ...STORED, metadata: ['a list'] } },
  ],
  'a PATCH that is wrong has no name, and no effect': [
    { ...post({}), status: 201, answer: CREATED },
    ...[
      patch(['test', '/client_name', '']),
      patch(['move', '/client_name']),
      patch(['remove', '/nothing']),
      patch(['add', '/client_name', 7]),
      { ...patch(), body: '{}' },
      { ...patch(), body: 'x' },
    ].map((exchange) => ({ ...exchange, status: 500, answer: UNRECOGNIZABLE })),
    { ...GET, answer: STORED },
  ],
  'a public client is given no secret': [
    {
      ...post({ token_endpoint_auth_method: 'none', client_secret: SECRET }),
      status: 201,
      answer: expect.not.objectContaining({ client_secret: SECRET }),
    },
    { ...GET, answer: { ...STORED, token_endpoint_auth_method: 'none' } },
  ],
  'a PUT shows the secret it brings': [
    { ...post({}), status: 201, answer: CREATED },
    { ...put({ client_secret: SECRET }), status: 200, answer: { ...REPLACED, client_secret: SECRET } },
    { ...GET, answer: STORED },
  ],
  'a disabled client keeps its unknown grant and response types': [
    {
      ...post({ grant_types: ['disabled'], response_types: ['disabled'] }),
      status: 201,
      answer: { ...CREATED, grant_types: ['disabled'], response_types: ['disabled'] },
    },
    { ...GET, answer: { ...STORED, grant_types: ['disabled'], response_types: ['disabled'] } },
  ],
  'lists that are sent empty stay empty, null is not sent': [
    {
      ...post({ redirect_uris: [], grant_types: null, request_uris: [], post_logout_redirect_uris: [] }),
      status: 201,
      answer: { ...CREATED, redirect_uris: [] },
    },
    { ...GET, answer: STORED },
  ],
  'metadata is any JSON': [
    {
      ...post({ metadata: [1, 'two', { three: null }] }),
      status: 201,
      answer: { ...CREATED, metadata: [1, 'two', { three: null }] },
    },
    { ...GET, answer: { ...STORED, metadata: [1, 'two', { three: null }] } },
    { ...put({ metadata: null }), status: 200, answer: { ...REPLACED, metadata: null } },
    { ...GET, answer: { ...STORED, metadata: null } },
  ],
  'members that Hydra does not know are ignored': [{ ...post({ pkce: true }), status: 201, answer: CREATED }],
  'members that Hydra rewrites': [
    {
      ...post({
        access_token_strategy: 'JWT',
        allowed_cors_origins: ['https://a.example/'],
        client_credentials_grant_access_token_lifespan: '90m',
      }),
      status: 201,
      answer: {
        ...CREATED,
        access_token_strategy: 'jwt',
        allowed_cors_origins: ['https://a.example'],
        client_credentials_grant_access_token_lifespan: '1h30m0s',
      },
    },
  ],
};
