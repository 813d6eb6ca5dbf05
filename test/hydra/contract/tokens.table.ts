import { CREATED } from './client-answer.js';
import type { Exchange, Table } from './exchange.js';

const SECRET = 'ocs_first-secret';

/** Ten minutes, less what has passed since. */
export const EXPIRES_IN = expect.closeTo(600, -1) as number;

const create = (members: object): Exchange => ({
  send: 'POST /admin/clients',
  body: JSON.stringify({ client_id: '{id}', client_secret: SECRET, ...members }),
  status: 201,
  answer: expect.anything(),
});

const MACHINE = { grant_types: ['client_credentials'], response_types: ['none'], scope: 'notes:read' };
const PUBLIC = {
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
  redirect_uris: ['https://shop.example.com/cb'],
};
const DISABLED = { grant_types: ['disabled'], response_types: ['disabled'] };

const basic = (secret: string, id = '{id}') => ({
  headers: { authorization: `Basic ${id} ${secret}` },
});

const ask = (form: Record<string, string>, rest: Partial<Exchange>): Exchange => ({
  send: 'POST /oauth2/token',
  body: new URLSearchParams(form),
  status: 200,
  ...rest,
});

const refused = (status: number, error: string): Partial<Exchange> => ({
  status,
  answer: { error, error_description: expect.any(String) as string },
  answerHeaders: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store' },
});

const token = (scope: string): Partial<Exchange> => ({
  status: 200,
  answer: {
    access_token: expect.stringMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+$/) as string,
    expires_in: EXPIRES_IN,
    scope,
    token_type: 'bearer',
  },
});

const CREDENTIALS = { grant_type: 'client_credentials' };
const CODE = { grant_type: 'authorization_code', code: 'x' };
const REFRESH = { grant_type: 'refresh_token', refresh_token: 'x' };
const inBody = { client_id: '{id}', client_secret: SECRET };

export const TOKENS: Table = {
  'client credentials bring what was asked for': [
    create(MACHINE),
    ask(CREDENTIALS, { ...basic(SECRET), ...token('') }),
    ask({ ...CREDENTIALS, scope: 'notes:read' }, { ...basic(SECRET), ...token('notes:read') }),
  ],
  'client credentials bring no more than is registered': [
    create(MACHINE),
    ask({ ...CREDENTIALS, scope: 'notes:write' }, { ...basic(SECRET), ...refused(400, 'invalid_scope') }),
    ask({ ...CREDENTIALS, audience: 'other' }, { ...basic(SECRET), ...refused(400, 'invalid_request') }),
  ],
  'a scope is asked for by its whole name': [
    create({ ...MACHINE, scope: 'notes notes.*' }),
    ask({ ...CREDENTIALS, scope: 'notes.read' }, { ...basic(SECRET), ...refused(400, 'invalid_scope') }),
  ],
  client_secret_basic: [
    create(MACHINE),
    ask(CREDENTIALS, { ...basic('wrong'), ...refused(401, 'invalid_client') }),
    ask({ ...CREDENTIALS, ...inBody }, refused(401, 'invalid_client')),
    ask({ ...CREDENTIALS, client_id: '{id}' }, refused(401, 'invalid_client')),
    ask(CREDENTIALS, { ...basic(encodeURIComponent(SECRET)), ...token('') }),
  ],
  'client_secret_basic is form-encoded': [
    create({ ...MACHINE, client_secret: 'a+b %c:d' }),
    ask(CREDENTIALS, { ...basic('a%2Bb+%25c%3Ad'), ...token('') }),
    ask(CREDENTIALS, { ...basic('a+b %c:d'), ...refused(400, 'invalid_request') }),
  ],
  client_secret_post: [
    create({ ...MACHINE, token_endpoint_auth_method: 'client_secret_post' }),
    ask({ ...CREDENTIALS, ...inBody }, token('')),
    ask({ ...CREDENTIALS, ...inBody, client_secret: 'wrong' }, refused(401, 'invalid_client')),
    ask(CREDENTIALS, { ...basic(SECRET), ...refused(401, 'invalid_client') }),
  ],
  'no client, or an unknown one': [
    ask(CREDENTIALS, refused(400, 'invalid_request')),
    ask(CREDENTIALS, { ...basic(SECRET), ...refused(401, 'invalid_client') }),
    ask({ ...CREDENTIALS, client_id: '{id}' }, refused(401, 'invalid_client')),
  ],
  'a public client has no secret to send and cannot act for itself': [
    create(PUBLIC),
    ask({ ...CODE, ...inBody }, refused(401, 'invalid_client')),
    ask(CODE, { ...basic(SECRET), ...refused(401, 'invalid_client') }),
    ask({ ...CODE, client_id: '{id}' }, refused(400, 'invalid_grant')),
    ask({ ...REFRESH, client_id: '{id}' }, refused(400, 'invalid_grant')),
    ask({ ...CREDENTIALS, client_id: '{id}' }, refused(400, 'invalid_grant')),
  ],
  'a grant that is not registered': [
    create({ grant_types: ['implicit'] }),
    ask(CREDENTIALS, { ...basic(SECRET), ...refused(400, 'unauthorized_client') }),
    ask(CODE, { ...basic(SECRET), ...refused(400, 'unauthorized_client') }),
    ask(REFRESH, { ...basic(SECRET), ...refused(400, 'unauthorized_client') }),
  ],
  'a client without grant types has authorization_code': [
    create({ grant_types: [] }),
    ask(CREDENTIALS, { ...basic(SECRET), ...refused(400, 'unauthorized_client') }),
    ask(CODE, { ...basic(SECRET), ...refused(400, 'invalid_grant') }),
  ],
  'a disabled client, which keeps its secret': [
    create(MACHINE),
    {
      send: 'PUT /admin/clients/{id}',
      body: JSON.stringify(DISABLED),
      status: 200,
      answer: expect.anything(),
    },
    ask(CREDENTIALS, { ...basic(SECRET), ...refused(400, 'unauthorized_client') }),
    ask(CODE, { ...basic(SECRET), ...refused(400, 'unauthorized_client') }),
    ask(REFRESH, { ...basic(SECRET), ...refused(400, 'unauthorized_client') }),
    ask(CREDENTIALS, { ...basic('wrong'), ...refused(401, 'invalid_client') }),
    {
      send: 'PUT /admin/clients/{id}',
      body: JSON.stringify(MACHINE),
      status: 200,
      answer: expect.anything(),
    },
    ask(CREDENTIALS, { ...basic(SECRET), ...token('') }),
  ],
  'a new secret ends the old one': [
    create(MACHINE),
    {
      send: 'PUT /admin/clients/{id}',
      body: JSON.stringify({ ...MACHINE, client_secret: 'ocs_second-secret' }),
      status: 200,
      answer: expect.objectContaining({ client_secret: 'ocs_second-secret' }),
    },
    ask(CREDENTIALS, { ...basic(SECRET), ...refused(401, 'invalid_client') }),
    ask(CREDENTIALS, { ...basic('ocs_second-secret'), ...token('') }),
  ],
  'a secret outlives a time as a public client': [
    create(MACHINE),
    {
      send: 'PUT /admin/clients/{id}',
      body: JSON.stringify({ ...MACHINE, token_endpoint_auth_method: 'none' }),
      status: 200,
      answer: expect.anything(),
    },
    {
      send: 'PUT /admin/clients/{id}',
      body: JSON.stringify(MACHINE),
      status: 200,
      answer: expect.anything(),
    },
    ask(CREDENTIALS, { ...basic(SECRET), ...token('') }),
  ],
  'a deleted client': [
    create(MACHINE),
    { send: 'DELETE /admin/clients/{id}', status: 204 },
    ask(CREDENTIALS, { ...basic(SECRET), ...refused(401, 'invalid_client') }),
  ],
  'a request without a grant type, or with none that Hydra has': [
    create(MACHINE),
    ask({}, { ...basic(SECRET), ...refused(400, 'invalid_request') }),
    ask({ scope: 'notes:read' }, { ...basic(SECRET), ...refused(400, 'invalid_request') }),
    ask({ grant_type: 'password' }, { ...basic(SECRET), ...refused(400, 'invalid_request') }),
  ],
  'tokens of a client are deleted, whether there are any or not': [
    { send: 'DELETE /admin/oauth2/tokens?client_id={id}', status: 204 },
    {
      send: 'POST /admin/clients',
      body: '{"client_id":"{id}"}',
      status: 201,
      answer: CREATED,
    },
    { send: 'DELETE /admin/oauth2/tokens?client_id={id}', status: 204 },
    {
      send: 'DELETE /admin/oauth2/tokens',
      status: 400,
      answer: {
        error: 'invalid_request',
        error_description: expect.stringContaining("Query parameter 'client_id' is not defined") as string,
      },
    },
  ],
};
