import { exchange } from '../../support/raw-http.js';
import { useRegistry } from '../../support/use-registry.js';
import { Gate } from '../token-gate/gate.js';

/** More than any endpoint takes, and never sent whole: an answer comes only from who does not wait for it. */
const HUGE = 10_000_000;
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

type Announced = [name: string, target: string, type: string, status: number];

/** By its length, which nobody has to wait for. */
const announced = (target: string, type: string, headers: string[] = []): string =>
  [
    `${target} HTTP/1.1`,
    'Host: a',
    `Content-Type: ${type}`,
    `Content-Length: ${HUGE}`,
    ...headers,
    '',
    'a=b',
  ].join('\r\n');

/** In chunks, the first of which is larger than any endpoint takes a form. */
const inChunks = (target: string, headers: string[] = []): string => {
  const chunk = 'a'.repeat(70_000);
  const head = [`${target} HTTP/1.1`, 'Host: a', `Content-Type: ${FORM}`, 'Transfer-Encoding: chunked'];
  return `${[...head, ...headers].join('\r\n')}\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n`;
};

/** Resolves when the service has ended the connection, which nobody else does. */
async function expectEnd(url: string, bytes: string, status: number): Promise<void> {
  const answer = await exchange(url, bytes);
  expect([answer.status, answer.headers.get('connection')]).toEqual([status, 'close']);
}

describe('a body that the embedded authorization server leaves unread', () => {
  const { registry, tenant } = useRegistry();

  it.each<Announced>([
    ['of another type', 'POST /oauth2/token', JSON_TYPE, 400],
    ['that is too large', 'POST /oauth2/token', FORM, 400],
    ['of a token nobody knows', 'POST /oauth2/me', FORM, 400],
    ['of nobody who is signed in', 'POST /oauth2/session/end/confirm', FORM, 400],
    ['of no interaction', 'POST /oauth2/interaction/none', FORM, 400],
    ['of a question for keys', 'GET /oauth2/jwks', FORM, 200],
    ['of a path that cannot be read', 'POST /%zz', FORM, 400],
    ['of a path that is not there', 'POST /oauth2/nothing', FORM, 404],
  ])('a body that is left unread ends the connection with the answer: one %s (%s)', async (...row) => {
    const [, target, type, status] = row;
    await expectEnd(registry.url, announced(target, type), status);
  });

  it('a body that is left unread ends the connection with the answer: one of a preflight', async () => {
    const headers = ['Origin: https://a.example', 'Access-Control-Request-Method: POST'];
    await expectEnd(registry.url, announced('OPTIONS /oauth2/token', FORM, headers), 204);
  });

  it('a body that is left unread ends the connection with the answer: one that grows too large', async () => {
    await expectEnd(registry.url, inChunks('POST /oauth2/token'), 400);
  });

  it('a body that is left unread ends the connection with the answer: a form of the sign-in page that is too large', async () => {
    const { client_id, redirect_uris } = await tenant.createClient({ scopes: ['openid'] });
    const query = new URLSearchParams({
      client_id,
      redirect_uri: String(redirect_uris[0]),
      response_type: 'code',
      scope: 'openid',
    });
    const { headers } = await registry.api.get(`/oauth2/auth?${query.toString()}`);
    const cookie = headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    const { pathname } = new URL(String(headers.get('location')), registry.url);
    const cookies = [`Cookie: ${cookie.join('; ')}`];
    await expectEnd(registry.url, inChunks(`POST ${pathname}`, cookies), 413);
    await expectEnd(registry.url, announced(`POST ${pathname}`, FORM, cookies), 413);
  });
});

describe('a body that the token gate leaves unread', () => {
  let gate: Gate;

  beforeAll(async () => {
    gate = await Gate.start();
  });
  afterAll(() => gate.stop());

  it.each<Announced>([
    ['of another type', 'POST /oauth2/token', JSON_TYPE, 415],
    ['that is too large', 'POST /oauth2/revoke', FORM, 413],
    ['beside a query', 'POST /oauth2/token?a=b', FORM, 400],
    ['of another method', 'PUT /oauth2/token', FORM, 405],
    ['of a preflight', 'OPTIONS /oauth2/token', FORM, 204],
  ])(
    'a body that the token gate leaves unread ends the connection with the answer: one %s (%s)',
    async (...row) => {
      const [, target, type, status] = row;
      await expectEnd(gate.registry.url, announced(target, type), status);
    },
  );

  it('a body that the token gate leaves unread ends the connection with the answer: one that grows too large', async () => {
    await expectEnd(gate.registry.url, inChunks('POST /oauth2/token'), 413);
  });
});
