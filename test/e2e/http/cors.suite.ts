import { SWAGGER_UI_CLIENT_ID } from '../../../src/embedded-server/demo/demo.js';
import type { Answer } from '../../support/api-client.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';

const DASHBOARD = 'https://dashboard.example';
const OTHERS = [
  'https://evil.example',
  'http://dashboard.example',
  'https://dashboard.example:8443',
  'https://dashboard.example.evil.example',
  'https://xdashboard.example',
  'null',
];
const UNDERSTOOD = [
  'authorization',
  'content-type',
  'cache-control',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'x-request-id',
];
const TRACING = ['traceparent', 'tracestate', 'baggage', 'sentry-trace'];
const READABLE = [
  'etag',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'www-authenticate',
  'x-request-id',
];
/** Of a client that is known. */
const CODE_REQUEST = `grant_type=authorization_code&code=x&client_id=${SWAGGER_UI_CLIENT_ID}`;

describe('CORS', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;
  let client: string;

  const preflight = (origin: string, method = 'PATCH', path = client) =>
    registry.api.call('OPTIONS', path, {
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,if-match',
      },
    });
  const PUBLIC_DOCUMENTS = [
    '/oauth2/.well-known/openid-configuration',
    '/oauth2/.well-known/oauth-authorization-server',
    '/oauth2/jwks',
  ];
  const tokenPreflight = (origin: string) => preflight(origin, 'POST', '/oauth2/token');
  /** What the authorization server answers before and after it knows the client, or the token. */
  const answersToClients = (origin: string): Promise<Answer<unknown>[]> => {
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' };
    const forms = ['', 'grant_type=client_credentials&client_id=x', CODE_REQUEST];
    return Promise.all([
      ...forms.map((raw) => registry.api.post('/oauth2/token', { headers, raw })),
      registry.api.get('/oauth2/me', { headers: { origin } }),
      registry.api.get('/oauth2/me', { headers: { origin }, token: 'nonsense' }),
    ]);
  };
  const readers = (answers: readonly Answer<unknown>[]): Set<string | null> =>
    new Set(answers.map(({ headers }) => headers.get('access-control-allow-origin')));

  const words = (list: string | null): string[] => (list ?? '').toLowerCase().split(/,\s*/);

  describe('when origins are configured', () => {
    beforeAll(async () => {
      registry = await TestRegistry.start({
        CORS_ORIGINS: `${DASHBOARD}, http://localhost:5173`,
        CORS_HEADERS: 'X-Tenant',
      });
      tenant = await registry.tenant();
      client = tenant.client((await tenant.createClient()).id);
    });
    afterAll(() => registry.stop());

    it.each([DASHBOARD, 'http://localhost:5173'])(
      'CORS lets the configured origin %s ask for every method of the API',
      async (origin) => {
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
          const { status, headers } = await preflight(origin, method);
          expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
          expect(words(headers.get('access-control-allow-methods'))).toContain(method.toLowerCase());
          expect(words(headers.get('access-control-allow-headers'))).toEqual(
            expect.arrayContaining([...UNDERSTOOD, ...TRACING, 'x-tenant']),
          );
          expect(headers.get('access-control-max-age')).toBe('600');
        }
      },
    );

    it('CORS lets configured origins read an answer with what matters in its headers', async () => {
      const { status, headers } = await registry.api.patch(client, {
        token: tenant.developer,
        headers: { origin: DASHBOARD },
        body: { name: 'Renamed' },
      });
      expect([status, headers.get('access-control-allow-origin')]).toEqual([200, DASHBOARD]);
      expect(words(headers.get('access-control-expose-headers'))).toEqual(
        expect.arrayContaining([...READABLE]),
      );
      expect(words(headers.get('vary'))).toContain('origin');
    });

    it.each([
      ['no token', 401, () => registry.api.get(client, { headers: { origin: DASHBOARD } })],
      ['an unknown path', 404, () => registry.api.get('/nope', { headers: { origin: DASHBOARD } })],
      ['another method', 405, () => registry.api.put(client, { body: {}, headers: { origin: DASHBOARD } })],
      [
        'a large body',
        413,
        () =>
          registry.api.patch(client, {
            token: tenant.admin,
            raw: ' '.repeat(540_000),
            headers: { origin: DASHBOARD },
          }),
      ],
    ])('CORS lets configured origins read a refusal (%s)', async (_, status, call) => {
      const answer = await call();
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, DASHBOARD]);
    });

    it.each(OTHERS)('CORS with configured origins lets %s read nothing', async (origin) => {
      const answers = [await preflight(origin), await registry.api.get(client, { headers: { origin } })];
      for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).not.toBe(origin);
      for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).not.toBe('*');
    });

    it('CORS lets configured origins and pages of this service read what the authorization server answers clients', async () => {
      expect(readers(await answersToClients(DASHBOARD))).toEqual(new Set([DASHBOARD]));
      expect(readers([await tokenPreflight(DASHBOARD)])).toEqual(new Set([DASHBOARD]));
      expect(readers(await answersToClients(registry.url))).toEqual(new Set([registry.url]));
    });

    it.each(OTHERS)(
      'CORS with configured origins lets %s read nothing that the authorization server answers clients',
      async (origin) => {
        expect(readers(await answersToClients(origin))).toEqual(new Set([null]));
        // It names no client, and lets a page ask, no more.
        expect(readers([await tokenPreflight(origin)])).toEqual(new Set([origin]));
      },
    );

    it.each(PUBLIC_DOCUMENTS)(
      'CORS with configured origins lets every page read %s, which is public',
      async (path) => {
        for (const origin of [DASHBOARD, ...OTHERS]) {
          expect(readers([await registry.api.get(path, { headers: { origin } })])).toEqual(new Set([origin]));
        }
      },
    );

    it.each([DASHBOARD, ...OTHERS])(
      'CORS with configured origins lets %s read the API description',
      async (origin) => {
        const { status, headers } = await registry.api.get('/openapi.json', { headers: { origin } });
        expect(status).toBe(200);
        expect(['*', origin]).toContain(headers.get('access-control-allow-origin'));
      },
    );

    it('CORS never lets cookies through', async () => {
      expect((await preflight(DASHBOARD)).headers.get('access-control-allow-credentials')).toBeNull();
    });

    it('OPTIONS that is no preflight is answered with 405 or 4xx, not with 5xx', async () => {
      expect((await registry.api.call('OPTIONS', client)).status).toBeLessThan(500);
      expect((await registry.api.call('OPTIONS', '/nope')).status).toBeLessThan(500);
    });
  });

  describe('when none is configured', () => {
    beforeAll(async () => {
      registry = await TestRegistry.start();
      tenant = await registry.tenant();
      client = tenant.clients;
    });
    afterAll(() => registry.stop());

    it.each([DASHBOARD, ...OTHERS])(
      'CORS without configured origins lets %s read nothing',
      async (origin) => {
        const answers = [await preflight(origin), await registry.api.get(client, { headers: { origin } })];
        for (const { headers } of answers) {
          expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
        }
      },
    );

    it.each([DASHBOARD, ...OTHERS])(
      'CORS without configured origins lets %s read nothing that the authorization server answers clients',
      async (origin) => {
        expect(readers(await answersToClients(origin))).toEqual(new Set([null]));
        // It names no client, and lets a page ask, no more.
        expect(readers([await tokenPreflight(origin)])).toEqual(new Set([origin]));
      },
    );

    it.each([DASHBOARD, ...OTHERS])(
      'CORS without configured origins lets %s read the API description',
      async (origin) => {
        const { headers } = await registry.api.get('/openapi.json', { headers: { origin } });
        expect(headers.get('access-control-allow-origin')).toBe('*');
      },
    );

    it('CORS without configured origins lets pages of this service read what the authorization server answers clients', async () => {
      expect(readers(await answersToClients(registry.url))).toEqual(new Set([registry.url]));
    });

    it.each(PUBLIC_DOCUMENTS)(
      'CORS without configured origins lets every page read %s, which is public',
      async (path) => {
        for (const origin of OTHERS) {
          expect(readers([await registry.api.get(path, { headers: { origin } })])).toEqual(new Set([origin]));
        }
      },
    );
  });

  it('CORS does not take for the origin of this service what a caller claims to have called', async () => {
    const service = await TestRegistry.start({ PUBLIC_URL: 'https://registry.example' });
    const claims = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const answer = await service.api.post('/oauth2/token', {
      headers: { ...claims, origin: OTHERS[0] ?? '', 'content-type': 'application/x-www-form-urlencoded' },
      raw: CODE_REQUEST,
    });
    await service.stop();
    expect([answer.status, ...readers([answer])]).toEqual([400, null]);
  });
});
