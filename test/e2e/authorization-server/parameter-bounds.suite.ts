import { ADA, ClientApp } from '../../flows/support.js';
import { useRegistry } from '../../support/use-registry.js';

describe('an authorization request', () => {
  const { registry } = useRegistry();
  let client: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const { client_id, redirect_uris } = await (await registry.tenant()).createClient({ scopes: ['openid'] });
    client = { client_id, redirect_uri: String(redirect_uris[0]), response_type: 'code', scope: 'openid' };
  });
  beforeEach(() => registry.database.query('delete from authorization_server_artifacts'));

  const ask = (parameters: Record<string, string>) =>
    registry.api.get(`/oauth2/auth?${new URLSearchParams({ ...client, ...parameters }).toString()}`, {
      headers: { accept: 'application/json' },
    });
  const sizes = async (): Promise<number[]> => {
    const { rows } = await registry.database.query<{ size: number }>(
      'select octet_length(payload::text) as size from authorization_server_artifacts',
    );
    return rows.map(({ size }) => size);
  };

  it.each([
    ['state', 'a'.repeat(2_049)],
    ['state', '\0'.repeat(400)],
    ['nonce', 'a'.repeat(513)],
    ['login_hint', 'a'.repeat(513)],
    ['made_up', 'a'.repeat(513)],
  ])('an authorization request is refused with a long %s, and nothing is stored', async (name, value) => {
    const answer = await ask({ [name]: value });
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'invalid_request', error_description: expect.stringContaining(`${name} may have at most`) },
    ]);
    expect(await sizes()).toEqual([]);
  });

  it('an authorization request is refused when all of it together is long', async () => {
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`made_up_${i}`, 'a'.repeat(500)]));
    expect((await ask(many)).status).toBe(400);
    expect(await sizes()).toEqual([]);
  });

  it('an authorization request may have a state of 2,048 characters, and is stored in no more than 8 kB', async () => {
    const state = 'a'.repeat(2_048);
    const answer = await ask({ state, nonce: 'a'.repeat(512), login_hint: 'a'.repeat(512) });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringContaining('/interaction/'),
    ]);
    const stored = await sizes();
    expect(stored.length).toBeGreaterThan(0);
    expect(Math.max(...stored)).toBeLessThan(8 * 1024);
  });
});

describe('a request to sign out', () => {
  const { registry, tenant } = useRegistry();
  let app: ClientApp;
  /** Of a browser in which somebody has signed in. */
  let cookie: string;

  beforeAll(async () => {
    app = await ClientApp.register(registry, tenant, {
      name: 'Shop',
      grant_types: ['authorization_code'],
      post_logout_redirect_uris: ['https://shop.example.com/bye'],
    });
    const browser = app.browser();
    const page = await browser.press(await browser.open((await app.begin()).url), ADA);
    await browser.press(page, 'Allow');
    cookie = browser.signed('_session');
  });

  const ask = (parameters: Record<string, string>) =>
    registry.api.get(
      `/oauth2/session/end?${new URLSearchParams({ client_id: app.registered.client_id, ...parameters }).toString()}`,
      { headers: { accept: 'application/json', cookie } },
    );
  const largestSession = async (): Promise<number> => {
    const { rows } = await registry.database.query<{ size: number }>(
      `select max(octet_length(payload::text)) as size from authorization_server_artifacts where model = 'Session'`,
    );
    return Number(rows[0]?.size);
  };

  it.each(['state', 'logout_hint', 'ui_locales', 'made_up'])(
    'a request to sign out is refused with a long %s, and nothing of it is stored',
    async (name) => {
      const answer = await ask({ [name]: 'a'.repeat(12_000) });
      expect([answer.status, answer.body]).toEqual([
        400,
        { error: 'invalid_request', error_description: expect.stringContaining(`${name} may have at most`) },
      ]);
      expect(await largestSession()).toBeLessThan(2_048);
    },
  );

  it('a request to sign out may have a state of 2,048 characters, and is stored with that', async () => {
    const state = 'a'.repeat(2_048);
    const { status } = await ask({ state, post_logout_redirect_uri: 'https://shop.example.com/bye' });
    expect(status).toBe(200);
    const size = await largestSession();
    expect(size).toBeGreaterThan(2_048);
    expect(size).toBeLessThan(4_096);
  });
});
