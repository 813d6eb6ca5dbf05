import { setTimeout as sleep } from 'node:timers/promises';
import { Browser, expectPage, expectRedirect } from '../../flows/browser.js';
import { fault, moment, type Fault } from '../../support/hydra/faults.js';
import { Gateway } from '../../support/hydra/gateway.js';
import { Listener, type HttpRequest } from '../../support/hydra/http.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';
import { LoginConsentApp } from '../../support/hydra/login-consent-app.js';
import { Walker } from './walk.js';

describe('the stand-in of Hydra', () => {
  let hydra: HydraStandIn;

  beforeEach(async () => {
    hydra = await HydraStandIn.start();
  });
  afterEach(() => hydra.stop());

  /** @param patience whose end makes silence of no answer */
  const write = (method: string, path: string, members: object, patience?: AbortSignal) =>
    fetch(`${hydra.adminUrl}/admin/clients${path}`, {
      method,
      body: JSON.stringify(members),
      ...(patience && { signal: patience }),
    }).then(
      ({ status, headers }) => [status, headers.get('retry-after')] as const,
      (error: unknown) => (error instanceof DOMException ? 'silence' : 'reset'),
    );
  const create = (members = {}, patience?: AbortSignal) =>
    write('POST', '', { client_id: 'shop', ...members }, patience);
  const nameOf = (id: string) => hydra.clients.get(id)?.members.client_name;

  describe('when a call is to fail', () => {
    it.each<[string, Fault, unknown, boolean]>([
      ['resetBefore', fault.resetBefore(), 'reset', false],
      ['resetAfter', fault.resetAfter(), 'reset', true],
      ['hangBefore', fault.hangBefore(), 'silence', false],
      ['hangAfter', fault.hangAfter(), 'silence', true],
      ['statusBefore', fault.statusBefore(503, 7), [503, '7'], false],
      ['statusAfter', fault.statusAfter(429, 3), [429, '3'], true],
      ['statusBefore of a conflict', fault.statusBefore(409), [409, null], false],
      ['slow', fault.slow(20), [201, null], true],
    ])('the stand-in of Hydra fails a call as it is told: %s', async (_, chosen, seen, isEffective) => {
      hydra.faults = () => chosen;

      const patience = new AbortController();
      const created = create({}, patience.signal);
      // The call has come, and what is to come of it; only then is no answer silence.
      await eventually(() => hydra.calls.length === 1 && hydra.clients.has('shop') === isEffective);
      if (seen === 'silence') setTimeout(() => patience.abort(), 100);
      expect(await created).toEqual(seen);
      expect(hydra.clients.has('shop')).toBe(isEffective);
      expect(hydra.calls).toMatchObject([{ method: 'POST', path: '/admin/clients', clientId: 'shop' }]);
    });

    it('a late call of the stand-in of Hydra lands behind a newer write', async () => {
      await create();
      const { come, letCome } = moment();
      hydra.faults = ({ body }) => (body.includes('stale') ? fault.lateUntil(come) : null);
      expect(await write('PUT', '/shop', { client_name: 'stale' })).toBe('reset');
      await write('PUT', '/shop', { client_name: 'newer' });
      expect(nameOf('shop')).toBe('newer');

      letCome();
      await eventually(() => nameOf('shop') === 'stale');
    });

    it('the stand-in of Hydra refuses connections while it is down, and serves at the same address again', async () => {
      await create();
      const { adminUrl } = hydra;
      await hydra.down();
      expect(await create()).toBe('reset');
      await hydra.up();

      expect(hydra.adminUrl).toBe(adminUrl);
      expect(await create()).toEqual([409, null]);
    });
  });

  it('the stand-in of Hydra knows which secret works', async () => {
    await create({ client_secret: 'first-secret' });
    await write('PUT', '/shop', { client_secret: 'second-secret' });

    expect(hydra.verifySecret('shop', 'first-secret')).toBe(false);
    expect(hydra.verifySecret('shop', 'second-secret')).toBe(true);
  });

  describe('with a token hook', () => {
    let hook: Listener;
    let answer: { status: number; body?: string };
    const asked: HttpRequest[] = [];

    beforeEach(async () => {
      hook = await Listener.start((request) => {
        asked.push(request);
        return Promise.resolve(answer);
      });
      hydra.config.tokenHook = { url: `${hook.url}/hooks/hydra/token`, authorization: 'Bearer secret' };
    });
    afterEach(() => hook.down());

    async function issued(): Promise<{ status: number; body: Record<string, unknown> }> {
      const walker = new Walker(hydra);
      await walker.register({});
      return walker.redeem(await walker.open(walker.proper()));
    }

    it('the stand-in of Hydra says what the token hook wants said', async () => {
      answer = { status: 200, body: '{"session":{"access_token":{"project_id":"p"}}}' };
      const { body } = await issued();
      const [, payload = ''] = String(body['access_token']).split('.');

      expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
        ext: { project_id: 'p' },
      });
      expect(asked.at(-1)?.headers.authorization).toBe('Bearer secret');
    });

    it.each([
      [204, 200, undefined],
      [403, 403, 'access_denied'],
      [500, 500, 'server_error'],
    ])('the stand-in of Hydra takes %d of the token hook for %d', async (hooked, status, error) => {
      answer = { status: hooked };
      const received = await issued();

      expect([received.status, received.body['error']]).toEqual([status, error]);
    });
  });

  describe('behind a gateway, with the login and consent application', () => {
    let app: LoginConsentApp;
    let gateway: Gateway;
    let gate: Listener;
    let walker: Walker;
    let verdict: { status: number; headers?: Record<string, string> };
    let judged: HttpRequest[];

    beforeEach(async () => {
      [verdict, judged] = [{ status: 204 }, []];
      gate = await Listener.start((request) => {
        judged.push(request);
        return Promise.resolve(verdict);
      });
      const addresses = { hydraUrl: () => hydra.publicUrl, registryUrl: () => gate.url };
      gateway = await Gateway.start({ ...addresses, hookSecret: 'secret' });
      app = await LoginConsentApp.start({ adminUrl: () => hydra.adminUrl });
      const { loginUrl, consentUrl, logoutUrl } = app;
      Object.assign(hydra.config, { issuer: gateway.issuer, loginUrl, consentUrl, logoutUrl });
      walker = new Walker(hydra);
      await walker.register({ client_name: 'Weaver & <b>Sons</b>' });
    });
    afterEach(() => Promise.all([app.stop(), gateway.stop(), gate.down()]));

    const start = () => `${gateway.url}/oauth2/auth?${new URLSearchParams(walker.proper()).toString()}`;
    const browser = () => new Browser('http://127.0.0.1:');

    it('the stand-in of Hydra takes a person through all pages, and its gateway lets the gate judge each step', async () => {
      const visitor = browser();
      const consent = await visitor.press(await visitor.open(start()), 'Ada Admin');
      expect(expectPage(consent).text).toContain('Weaver &amp; &lt;b&gt;Sons&lt;/b&gt;');
      const answer = expectRedirect(await visitor.press(consent, 'Allow'));

      expect((await walker.redeem(answer)).status).toBe(200);
      expect(judged).toHaveLength(3);
      for (const { headers } of judged) {
        expect(headers['x-original-uri']).toContain(`client_id=${walker.id}`);
        expect(headers.authorization).toBe('Bearer secret');
      }
      expectRedirect(await visitor.open(start()));
    });

    it.each([
      ['Cancel', []],
      ['Deny', ['Vic Viewer']],
    ])('the stand-in of Hydra tells the client when a person says %s', async (button, before) => {
      const visitor = browser();
      let at = await visitor.open(start());
      for (const label of before) at = await visitor.press(at, label);
      const answer = expectRedirect(await visitor.press(at, button));

      expect(answer.searchParams.get('error')).toBe('access_denied');
    });

    it('the stand-in of Hydra signs a person out', async () => {
      const visitor = browser();
      await visitor.press(await visitor.press(await visitor.open(start()), 'Ada'), 'Allow');
      const question = await visitor.open(`${gateway.url}/oauth2/sessions/logout`);
      expect(expectPage(await visitor.press(question, 'Sign out')).text).toContain('You logged out');

      expect(expectPage(await visitor.open(start())).text).toContain('Ada Admin');
    });

    it('the gateway of the stand-in shows whom the gate refuses, and lets nobody pass without a verdict', async () => {
      verdict = { status: 403, headers: { 'x-refusal-reason': 'PKCE is required' } };
      const refused = expectPage(await browser().open(start()));
      expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('PKCE is required')]);
      verdict = { status: 401 };
      expect(expectPage(await browser().open(start())).status).toBe(503);
      await gate.down();

      expect(expectPage(await browser().open(start())).status).toBe(503);
    });

    it.each([
      '/oauth2/auth/',
      '/oauth2/%61uth',
      '/oauth2%2Fauth/',
      '/oauth2%2f%61uth%2F',
      '//oauth2/auth',
      '/x/../oauth2/auth',
      '/x/..%2Foauth2/auth/',
      '/oauth2/device/../auth',
    ])('the gateway of the stand-in lets the gate judge %s too', async (path) => {
      verdict = { status: 403 };
      const { port } = new URL(gateway.url);

      expect(await statusOf(Number(port), path)).toBe(403);
    });
  });
});

/** Without what `fetch` makes of a path. */
async function statusOf(port: number, path: string): Promise<number> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(5);
}
