import { WEB_CLIENT } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

describe('security headers', () => {
  const { registry, tenant } = useRegistry();

  const newClient = () => registry.api.post(tenant.clients, { token: tenant.admin, body: WEB_CLIENT });
  const platformAnswer = async () =>
    registry.api.put(`/v1/organizations/${tenant.organizationId}`, {
      token: await registry.platform(),
      body: { name: 'Example' },
    });

  it.each([
    ['an answer', () => registry.api.get(tenant.clients, { token: tenant.viewer })],
    ['a refusal', () => registry.api.get(tenant.clients)],
    ['an unknown path', () => registry.api.get('/nope')],
    ['another method', () => registry.api.delete('/health/live')],
    ['an unreadable body', () => registry.api.post(tenant.clients, { token: tenant.admin, raw: '{' })],
    ['the API document', () => registry.api.get('/openapi.json')],
    ['Swagger UI', () => registry.api.get('/docs')],
    ['a script of Swagger UI', () => registry.api.get('/docs/swagger-ui-bundle.js')],
    ['the health check', () => registry.api.get('/health/ready')],
    ['the authorization server', () => registry.api.get('/oauth2/jwks')],
    ['an error of the authorization server', () => registry.api.post('/oauth2/token', { raw: 'a' })],
  ])('security headers come with %s', async (_, call) => {
    const { headers } = await call();
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split(';')).toEqual(
      expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "script-src 'self'"]),
    );
    expect(policy).not.toContain('unsafe-eval');
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  it.each([
    ['an answer', 'private, no-cache', () => registry.api.get(tenant.clients, { token: tenant.viewer })],
    ['an answer to the platform', 'private, no-cache', platformAnswer],
    ['a refusal', 'private, no-cache', () => registry.api.get(tenant.clients)],
    ['a secret', 'no-store', newClient],
  ])('the headers keep %s of a tenant from shared caches: %s', async (_, expected, call) => {
    expect((await call()).headers.get('cache-control')).toBe(expected);
  });

  it('security headers let Swagger UI run: it has scripts of its own origin only, and none inline', async () => {
    const { text } = await registry.api.get('/docs');
    const scripts = text.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toMatch(/ src=['"]\.?\/?docs\//);
  });

  it('security headers do not tell browsers to insist on https where there is none', async () => {
    expect((await registry.api.get('/health/live')).headers.get('strict-transport-security')).toBeNull();
  });

  describe('when the service is reached by https', () => {
    const { registry: secure } = useRegistry({ PUBLIC_URL: 'https://registry.example' });

    it('security headers tell browsers to insist on https when the service is reached by it', async () => {
      const { headers } = await secure.api.get('/health/live');
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
    });
  });
});
