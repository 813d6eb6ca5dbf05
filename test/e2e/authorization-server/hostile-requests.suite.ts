import { expectPage } from '../../flows/browser.js';
import { ADA, ClientApp } from '../../flows/support.js';
import { useRegistry } from '../../support/use-registry.js';

const PARAMETERS = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'acr_values',
  'claims',
  'login_hint',
  'id_token_hint',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'request',
  'request_uri',
  'registration',
  'ui_locales',
];

const VALUES = [
  '',
  '\0',
  '%',
  '%zz',
  '\ud800',
  '__proto__',
  'constructor',
  '[object Object]',
  '{"id_token":{"sub":{"value":1}}}',
  '-1',
  '1e400',
  'none login',
  'code id_token token',
  'https://[::1',
  'http://127.0.0.1:99999/',
  'urn:x#y',
  `${'é𝄞'.repeat(200)}`,
  'x'.repeat(3_000),
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
];

describe('hostile requests to the authorization server', () => {
  const { registry, tenant } = useRegistry();
  let app: ClientApp;
  /** Of a person who is signed in. */
  let session: string;

  beforeAll(async () => {
    app = await ClientApp.register(registry, tenant, {
      name: 'Shop',
      grant_types: ['authorization_code', 'implicit'],
    });
    const browser = app.browser();
    await app.signIn({}, browser);
    session = browser.signed('_session');
  });

  const expectNo5xx = async (what: unknown, response: Promise<Response>): Promise<void> => {
    const { status } = await response;
    expect([what, status < 500]).toEqual([what, true]);
  };

  const get = (path: string, headers = {}): Promise<Response> =>
    fetch(`${registry.url}/oauth2${path}`, { redirect: 'manual', headers });

  const post = (path: string, form: [string, string][], headers = {}): Promise<Response> =>
    fetch(`${registry.url}/oauth2${path}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(form),
      headers,
    });

  it.each(PARAMETERS)(
    'no value of %s in an authorization request is answered with a 5xx',
    async (parameter) => {
      await Promise.all(
        VALUES.map(async (value, index) => {
          const responseType = index % 2 === 0 ? 'code' : 'id_token token';
          const { url } = await app.begin({ response_type: responseType, nonce: 'n', [parameter]: value });
          await expectNo5xx([parameter, value], fetch(url, { redirect: 'manual' }));
        }),
      );
      const { url } = await app.begin();
      url.searchParams.append(parameter, 'https://a.example/');
      url.searchParams.append(parameter, 'https://b.example/');
      await expectNo5xx([parameter, 'twice'], fetch(url, { redirect: 'manual' }));
    },
  );

  it.each([
    'grant_type',
    'code',
    'code_verifier',
    'redirect_uri',
    'refresh_token',
    'client_id',
    'client_secret',
    'scope',
    'resource',
  ])('no value of %s in a token request is answered with a 5xx', async (parameter) => {
    const basic = Buffer.from(`${app.registered.client_id}:${app.registered.client_secret}`).toString(
      'base64',
    );
    for (const grant of ['authorization_code', 'refresh_token', 'client_credentials']) {
      for (const value of [...VALUES, 'https://a.example']) {
        const form = {
          grant_type: grant,
          code: 'x',
          redirect_uri: 'x',
          refresh_token: 'x',
          [parameter]: value,
        };
        const headers = { authorization: `Basic ${basic}` };
        await expectNo5xx([grant, parameter, value], post('/token', Object.entries(form), headers));
      }
    }
  });

  it.each([
    ...VALUES.flatMap((value) => {
      const encoded = encodeURIComponent(value.replace('\ud800', '\ufffd'));
      return [
        `/session/end?id_token_hint=${encoded}`,
        `/session/end?client_id=${encoded}`,
        `/session/end/success?client_id=${encoded}`,
        `/auth/${encoded.slice(0, 200)}`,
        `/interaction/${encoded.slice(0, 200)}`,
      ];
    }),
    '/session/end?post_logout_redirect_uri=https://evil.example/',
    '/session/end?state=%00',
    '/auth?%zz',
    '/auth?client_id[]=x&client_id[a]=y',
    '/me?access_token=x',
  ])('a hostile request gets no 5xx from GET %s', (path) =>
    expectNo5xx(path, get(path, { cookie: `${session}; _interaction=x` })),
  );

  it('a hostile request is never sent on to an address that nobody has registered', async () => {
    const { client_id: id } = app.registered;
    const path = `/session/end?client_id=${id}&post_logout_redirect_uri=https://evil.example/`;
    const answers = [await get(path), await get(path, { cookie: session })];

    expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual([
      [200, null],
      [400, null],
    ]);
  });

  it.each(['x', 'a.b.c', 'Bearer', '', 'é'])('userinfo refuses the token %p', async (token) => {
    const answer = await get('/me', { authorization: `Bearer ${encodeURIComponent(token)}` });

    expect([400, 401]).toContain(answer.status);
  });

  it('userinfo gives no claims for a token of another issuer, or of a machine', async () => {
    const tokens = [await registry.platform(), await registry.person(tenant.people.admin, ['openid'])];
    for (const token of tokens) {
      expect((await get('/me', { authorization: `Bearer ${token}` })).status).toBe(401);
    }
  });

  describe('when they answer a page', () => {
    it.each<[string, RequestInit]>([
      ['no body', {}],
      ['JSON', { body: '{}', headers: { 'content-type': 'application/json' } }],
      ['too much', { body: new URLSearchParams({ csrf: 'x'.repeat(10_000) }) }],
      [
        'broken escapes',
        { body: 'csrf=%zz&%', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      ],
    ])('a form that is sent with %s is refused', async (_, init) => {
      const browser = app.browser();
      const page = expectPage(await browser.open((await app.begin()).url));
      const cookie = browser.signed('_interaction');
      const answer = await fetch(page.url, {
        method: 'POST',
        ...init,
        headers: { cookie, ...(init.headers as Record<string, string> | undefined) },
      });

      expect([400, 403, 413]).toContain(answer.status);
      expect(expectPage(await browser.press(page, ADA)).text).toContain('value="allow"');
    });
  });
});
