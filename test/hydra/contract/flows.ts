import { FLOWS, type FlowCase } from './flows.table.js';
import type { Target } from './target.js';
import { EXPIRES_IN } from './tokens.table.js';
import { Walker } from './walk.js';

/** How people get through, and what their codes and tokens are worth. */
export function describeFlows(target: () => Target): void {
  let walker: Walker;

  beforeEach(() => {
    walker = new Walker(target());
  });
  afterEach(() => walker.remove());

  it.each(Object.entries(FLOWS))('%s', async (_, { client = {}, parameters = {}, outcome, at }) => {
    await walker.register(client);
    const wanted = Object.entries({ ...walker.proper(), ...parameters }).filter(
      ([, value]) => value !== undefined,
    );
    const end = await walker.open(Object.fromEntries(wanted) as Record<string, string>);

    expect(outcomeOf(end)).toEqual({ outcome, at });
  });

  it.each([
    '/oauth2/auth',
    '/oauth2/auth/',
    '/oauth2/%61uth',
    '/oauth2/auth%2F',
    '/oauth2%2Fauth/',
    '/oauth2%2f%61uth%2f',
  ])('begin at %s', async (path) => {
    const { headers } = await fetch(`${target().publicUrl}${path}?client_id=nobody`, { redirect: 'manual' });

    expect(headers.get('location')).toContain('/oauth2/fallbacks/error?error=invalid_client');
  });

  it.each(['/oauth2%2Fauth', '/oauth2/auth//', '/oauth2%2Fauth%2F/', '/oauth2%252Fauth/', '/oauth2/AUTH'])(
    'do not begin at %s',
    async (path) => {
      const { status } = await fetch(`${target().publicUrl}${path}?client_id=nobody`, { redirect: 'manual' });

      expect(status).toBe(404);
    },
  );

  it('show the pages who asks for what', async () => {
    await walker.register({ skip_consent: true });
    await walker.open(walker.proper());
    const asked = {
      challenge: expect.any(String) as string,
      client: expect.objectContaining({
        client_id: walker.id,
        skip_consent: true,
        metadata: { revision: 7 },
      }) as object,
      oidc_context: {},
      request_url: expect.stringContaining(`client_id=${walker.id}`) as string,
      requested_access_token_audience: [],
      requested_scope: ['openid', 'offline_access', 'notes:read'],
      skip: false,
    };

    expect(walker.seen.login).toEqual({ ...asked, subject: '', session_id: expect.any(String) as string });
    expect(walker.seen.login?.['client']).not.toHaveProperty('client_secret');
    expect(walker.seen.consent).toEqual({
      ...asked,
      subject: 'ada',
      acr: '',
      amr: [],
      context: null,
      consent_request_id: expect.any(String) as string,
      login_challenge: expect.any(String) as string,
      login_session_id: walker.seen.login?.['session_id'],
    });
  });

  it('skip the pages for what was allowed before, which the pages must say themselves', async () => {
    await walker.register({});
    await walker.open(walker.proper());
    await walker.open(walker.proper());

    expect(walker.seen.login).toMatchObject({ skip: true, subject: 'ada' });
    expect(walker.seen.consent).toMatchObject({ skip: true, subject: 'ada' });
  });

  it('give a code that works once', async () => {
    await walker.register({});
    const answer = await walker.open(walker.proper());
    const first = await walker.redeem(answer);

    expect(first).toMatchObject({
      status: 200,
      body: { scope: 'openid offline_access notes:read', token_type: 'bearer', expires_in: EXPIRES_IN },
    });
    expect(await walker.redeem(answer)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await walker.refresh(first.body['refresh_token'])).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 'invalid_grant'],
    ['another redirect URI', { redirect_uri: 'https://shop.example.com/other' }, 'invalid_grant'],
  ])('give no token for a code with %s', async (_, form, error) => {
    await walker.register({});
    const answer = await walker.open(walker.proper());

    expect(await walker.redeem(answer, form)).toMatchObject({ status: 400, body: { error } });
  });

  it('give no second chance to who sent another verifier', async () => {
    await walker.register({});
    const answer = await walker.open(walker.proper());
    await walker.redeem(answer, { code_verifier: 'x'.repeat(43) });

    expect(await walker.redeem(answer)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('give no token to a client that is disabled meanwhile, and keep the code for later', async () => {
    const registration = {
      grant_types: ['authorization_code'],
      redirect_uris: ['https://shop.example.com/cb'],
    };
    await walker.register(registration);
    const answer = await walker.open(walker.proper());
    await walker.change({ ...registration, grant_types: ['disabled'] });
    expect(await walker.redeem(answer)).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client' },
    });
    await walker.change(registration);

    expect((await walker.redeem(answer)).status).toBe(200);
  });

  it('give refresh tokens that work once, and end together', async () => {
    await walker.register({});
    const first = await walker.redeem(await walker.open(walker.proper()));
    const second = await walker.refresh(first.body['refresh_token']);
    expect(second).toMatchObject({ status: 200, body: { scope: first.body['scope'] } });

    for (const { body } of [first, second])
      expect(await walker.refresh(body['refresh_token'])).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
  });

  it('refresh no scope that was taken from the client', async () => {
    await walker.register({});
    const { body } = await walker.redeem(await walker.open(walker.proper()));
    await walker.change({ grant_types: ['refresh_token'], scope: 'offline_access' });

    expect(await walker.refresh(body['refresh_token'])).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    });
  });

  it('tell about the person until the access token is deleted, and refresh still', async () => {
    await walker.register({});
    const { body } = await walker.redeem(await walker.open(walker.proper()));
    const number = expect.any(Number) as number;
    expect(await walker.userinfo(body['access_token'])).toEqual({
      status: 200,
      body: {
        aud: [walker.id],
        auth_time: number,
        iat: number,
        iss: expect.stringMatching(/^http:.*\/$/) as string,
        rat: number,
        sub: 'ada',
      },
    });
    await walker.deleteTokens();

    expect(await walker.userinfo(body['access_token'])).toMatchObject({
      status: 401,
      body: { error: 'request_unauthorized' },
    });
    expect((await walker.refresh(body['refresh_token'])).status).toBe(200);
  });

  it('are introspected: access tokens until they are deleted, refresh tokens until they are used', async () => {
    await walker.register({ authorization_code_grant_refresh_token_lifespan: '1h0m0s' });
    const { body } = await walker.redeem(await walker.open(walker.proper()));
    const known = { active: true, client_id: walker.id, sub: 'ada', scope: body['scope'] };
    expect(await walker.introspect(body['access_token'])).toMatchObject({
      ...known,
      token_use: 'access_token',
    });
    expect(await walker.introspect(body['refresh_token'])).toMatchObject({
      ...known,
      token_use: 'refresh_token',
      exp: expect.closeTo(Date.now() / 1000 + 3_600, -1.5) as number,
    });
    await walker.deleteTokens();
    expect(await walker.introspect(body['access_token'])).toEqual({ active: false });
    expect(await walker.introspect(body['refresh_token'])).toMatchObject({ active: true });
    await walker.refresh(body['refresh_token']);

    expect(await walker.introspect(body['refresh_token'])).toEqual({ active: false });
    expect(await walker.introspect('nothing')).toEqual({ active: false });
  });

  it.each(['access_token', 'refresh_token'])('end all tokens with a revoked %s', async (name) => {
    await walker.register({});
    const { body } = await walker.redeem(await walker.open(walker.proper()));
    expect(await walker.revoke(body[name])).toBe(200);

    expect((await walker.userinfo(body['access_token'])).status).toBe(401);
    expect(await walker.refresh(body['refresh_token'])).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it('end with the client: its tokens are gone, also from one that takes its id', async () => {
    await walker.register({});
    const { body } = await walker.redeem(await walker.open(walker.proper()));
    await walker.remove();
    expect((await walker.userinfo(body['access_token'])).status).toBe(401);
    await walker.register({});

    expect(await walker.refresh(body['refresh_token'])).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it('sign tokens that say what Hydra’s say', async () => {
    await walker.register({});
    const { body } = await walker.redeem(await walker.open(walker.proper()));

    expect(partsOf(body['access_token'])).toEqual([
      { alg: 'RS256', kid: expect.any(String) as string, typ: 'JWT' },
      {
        aud: [],
        client_id: walker.id,
        exp: expect.any(Number) as number,
        ext: {},
        iat: expect.any(Number) as number,
        iss: expect.stringMatching(/^http:.*\/$/) as string,
        jti: expect.any(String) as string,
        nbf: expect.any(Number) as number,
        scp: ['openid', 'offline_access', 'notes:read'],
        sub: 'ada',
      },
    ]);
    expect(partsOf(body['id_token'])).toEqual([
      { alg: 'RS256', kid: expect.any(String) as string, typ: 'JWT' },
      {
        at_hash: expect.any(String) as string,
        aud: [walker.id],
        auth_time: expect.any(Number) as number,
        exp: expect.any(Number) as number,
        iat: expect.any(Number) as number,
        iss: expect.stringMatching(/^http:.*\/$/) as string,
        jti: expect.any(String) as string,
        nonce: 'some-long-nonce',
        rat: expect.any(Number) as number,
        sid: expect.any(String) as string,
        sub: 'ada',
      },
    ]);
  });
}

/** What arrived, and where. */
function outcomeOf(end: URL): Pick<FlowCase, 'outcome' | 'at'> {
  const fragment = new URLSearchParams(end.hash.slice(1));
  const isFragment = fragment.size > 0;
  const answer = isFragment ? fragment : end.searchParams;
  const isErrorPage = end.pathname === '/oauth2/fallbacks/error';
  const outcome = answer.get('error') ?? ['code', 'id_token'].find((name) => answer.has(name)) ?? end.href;
  return { outcome, at: isErrorPage ? 'error page' : isFragment ? 'fragment' : 'query' };
}

const partsOf = (token: unknown): unknown[] =>
  String(token)
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown);
