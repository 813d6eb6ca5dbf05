import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { ProblemCode } from '../../../src/problem-details/problems.js';
import { expectProblem, expectRawProblem } from '../../support/problem.js';
import { exchange, parseAnswer, sendRaw } from '../../support/raw-http.js';
import { useRegistry } from '../../support/use-registry.js';

const HOST = 'Host: localhost\r\nConnection: close\r\n';

describe('problem details', () => {
  const { registry, tenant } = useRegistry();

  describe('when the API refuses', () => {
    const refusals: [ProblemCode, string, () => Promise<Parameters<typeof expectProblem>[0]>][] = [
      ['invalid_token', 'no token', () => registry.api.get(tenant.clients)],
      ['invalid_token', 'a bad token', () => registry.api.get(tenant.clients, { token: 'a.b.c' })],
      ['not_found', 'an unknown route', () => registry.api.get('/nope')],
      ['not_found', 'another trailing slash', () => registry.api.get('/health/live/')],
      ['not_found', 'an endpoint that is not served', () => registry.api.get('/oauth2/device')],
      ['method_not_allowed', 'another method', () => registry.api.put(tenant.clients, { body: {} })],
      ['bad_request', 'a wrong query', () => read('?limit=101')],
      ['bad_request', 'a bad cursor', () => read('?cursor=abc')],
      ['bad_request', 'an unreadable body', () => create({ raw: '{' })],
      ['bad_request', 'no body', () => create({})],
      ['payload_too_large', 'a large body', () => create({ raw: ' '.repeat(524_289) })],
      ['unsupported_media_type', 'a form', () => create({ raw: 'name=a', headers: form })],
      ['validation_failed', 'an empty object', () => create({ body: {} })],
      ['forbidden', 'a role that is too small', () => create({ body: {}, token: tenant.viewer })],
    ];
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const read = (query: string) => registry.api.get(tenant.clients + query, { token: tenant.viewer });
    const create = (call: object) => registry.api.post(tenant.clients, { token: tenant.developer, ...call });

    it.each(refusals)('the API answers %s to %s', async (code, _, call) => {
      expectProblem(await call(), code);
    });

    it('a refusal of a method names the methods that the path has', async () => {
      const { headers } = await registry.api.put(tenant.clients, { body: {} });
      expect(headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST']);
    });

    it('a HEAD request is answered as GET, without a body', async () => {
      const answer = await exchange(registry.url, `HEAD /health/live HTTP/1.1\r\n${HOST}\r\n`);
      expect(answer).toMatchObject({ status: 200, body: '' });
    });
  });

  describe('when the request is not even a request', () => {
    it.each<[ProblemCode, string, string]>([
      ['bad_request', 'no request line', 'NONSENSE\r\n\r\n'],
      ['bad_request', 'a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00'],
      ['bad_request', 'HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['bad_request', 'an unknown version', `GET /health/live HTTP/9.1\r\n${HOST}\r\n`],
      ['bad_request', 'NUL in a header', `GET /health/live HTTP/1.1\r\n${HOST}X-A: a\0b\r\n\r\n`],
      ['bad_request', 'a negative length', `POST / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`],
      [
        'bad_request',
        'two lengths of the body',
        `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ],
      ['bad_request', 'a malformed escape in the path', `GET /%zz HTTP/1.1\r\n${HOST}\r\n`],
      ['bad_request', 'invalid UTF-8 in the path', `GET /%ed%a0%80 HTTP/1.1\r\n${HOST}\r\n`],
      ['bad_request', 'no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
      ['bad_request', 'two Hosts', `GET /health/live HTTP/1.1\r\nHost: evil.example\r\n${HOST}\r\n`],
      [
        'bad_request',
        'two tokens',
        `GET /health/live HTTP/1.1\r\n${HOST}Authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n`,
      ],
      [
        'bad_request',
        'two content types',
        `PATCH / HTTP/1.1\r\n${HOST}Content-Type: application/json\r\ncontent-type: text/plain\r\n\r\n`,
      ],
      [
        'bad_request',
        'two content lengths',
        `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
      ],
      ['bad_request', 'a whole URL', `GET http://localhost/health/live HTTP/1.1\r\n${HOST}\r\n`],
      ['bad_request', 'a whole URL of another', `GET HTTPS://evil.example/ HTTP/1.1\r\n${HOST}\r\n`],
      ['bad_request', 'a path that is none', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
      [
        'headers_too_large',
        '20 kB of headers',
        `GET / HTTP/1.1\r\n${HOST}X-A: ${'a'.repeat(20_480)}\r\n\r\n`,
      ],
      ['headers_too_large', 'a path of 100 kB', `GET /${'a'.repeat(102_400)} HTTP/1.1\r\n${HOST}\r\n`],
    ])('the service answers %s to what is not even a request: %s', async (code, _, bytes) => {
      const answer = await exchange(registry.url, bytes);
      expectRawProblem(answer, code);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    });

    it('the service serves a caller that expects what it does not know', async () => {
      const bytes = `GET /health/live HTTP/1.1\r\n${HOST}Expect: the-unexpected\r\n\r\n`;
      expect(await exchange(registry.url, bytes)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    });

    it('the service serves HTTP/1.0, which knows no Host', async () => {
      const answer = await exchange(registry.url, 'GET /health/live HTTP/1.0\r\n\r\n');
      expect(answer.status).toBe(200);
    });

    it('the service survives a caller that hangs up in the middle of a body', async () => {
      const head = `POST ${tenant.clients} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{`;
      const arrived = once(server(), 'request') as Promise<[IncomingMessage]>;
      const socket = connect(Number(new URL(registry.url).port), '127.0.0.1', () => socket.write(head));
      const [request] = await arrived;
      const gone = new Promise((resolve) => request.once('close', resolve));
      socket.resetAndDestroy();
      await gone;
      expect((await registry.api.get('/health/live')).status).toBe(200);
    });
  });

  describe('when a request is sent too slowly', () => {
    it('a request that is sent too slowly is cut off after 30 seconds', () => {
      expect(server().requestTimeout).toBe(30_000);
    });

    it('a request that is sent too slowly is answered with request_timeout', async () => {
      // As Node does it when the time is up, without the wait.
      server().once('connection', (socket: Socket) => {
        const timeout = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
        server().emit('clientError', timeout, socket);
      });
      expectRawProblem(parseAnswer(await sendRaw(registry.url, 'GET /slow HTTP/1.1\r\n')), 'request_timeout');
    });
  });

  describe('when the caller sends a request id', () => {
    const idFor = async (id: string): Promise<string | null> =>
      (await registry.api.get('/health/live', { headers: { 'x-request-id': id } })).headers.get(
        'x-request-id',
      );

    it('a request id of the caller comes back in the header and in problems', async () => {
      expect(await idFor('gateway-1.2_3')).toBe('gateway-1.2_3');
      const answer = await registry.api.get('/nope', { headers: { 'x-request-id': 'gateway-1' } });
      expect(expectProblem(answer, 'not_found').request_id).toBe('gateway-1');
    });

    it.each([
      '',
      'a b',
      '"',
      '<script>',
      'a'.repeat(65),
      'a'.repeat(8_192),
      '${jndi:ldap://x}',
      'a\u00e9',
      'a,b',
    ])('a hostile request id is replaced by one that the service makes (%#)', async (id) => {
      expect(await idFor(id)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    });

    it('a request id comes back from the endpoints of the authorization server too', async () => {
      const { headers } = await registry.api.get('/oauth2/jwks', { headers: { 'x-request-id': 'mine' } });
      expect(headers.get('x-request-id')).toBe('mine');
    });
  });

  const server = () => registry.app.nest.getHttpServer();
});
