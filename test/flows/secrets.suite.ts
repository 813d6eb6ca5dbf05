import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { embedded } from './servers/embedded-server.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { authentication, CALLBACK, ClientApp, discover, errorOf, sayYes } from './support.js';

const DAY = 24 * 60 * 60;
const MACHINE = { name: 'Export', grant_types: ['client_credentials'], redirect_uris: null };

const use = (config: oidc.Configuration): Promise<string> => errorOf(oidc.clientCredentialsGrant(config));

describe.each(SERVERS)('secrets of a client, with $name', ({ start }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> => ClientApp.of(server, { ...MACHINE, ...body });

  /** Waits for the database's clock, by which secrets expire. */
  async function whenExpiredFor(seconds: number, secretId: string): Promise<void> {
    for (;;) {
      const { rows } = await server.registry.database.query<{ over: boolean }>(
        'select expires_at + $2 * interval $$1 s$$ <= now() as over from oauth_client_secrets where id = $1',
        [secretId, seconds],
      );
      if (rows[0]?.over !== false) return;
      await sleep(50);
    }
  }

  it('secrets of a client expire within a second of the database', async () => {
    const app = await register();
    const { id, as } = await app.makeSecret({ expires_in_seconds: 3_600 });
    const config = await as();
    expect(await use(config)).toBe('none');
    await app.shortenSecret(id, 1);
    await whenExpiredFor(1, id);

    expect(await use(config)).toBe('invalid_client');
  });

  it('secrets of a client end at the next request, the last one too, and a new one works', async () => {
    const app = await register();
    expect(await use(app.config)).toBe('none');
    await app.endSecret();

    expect(await use(app.config)).toBe('invalid_client');
    const { as } = await app.makeSecret();
    expect(await use(await as())).toBe('none');
    expect(await use(app.config)).toBe('invalid_client');
    expect(await app.read()).toMatchObject({ sync_status: 'synced', sync_problem: null });
  });

  it('secrets of a client end at the next request at two processes, whichever is told and whichever is asked', async () => {
    const app = await register();
    expect(await use(app.config)).toBe('none');
    const second = await server.withSecondProcess();
    const { client_id: id, client_secret } = app.registered;
    const there = await discover(second.at, id, authentication(app.registered, client_secret));
    expect([await use(there), await use(app.config)]).toEqual(['none', 'none']);
    await app.endSecret();
    const ended = [await use(there), await use(app.config)];
    const { as } = await app.makeSecret();
    const renewed = await use(await as());
    await second.stop();

    expect(ended).toEqual(['invalid_client', 'invalid_client']);
    expect(renewed).toBe('none');
    expect(await use(await as())).toBe('none');
  });

  it('secrets of a client end with the method none, and the client comes back with another', async () => {
    const app = await register({
      grant_types: ['authorization_code'],
      redirect_uris: [CALLBACK],
    });
    await app.change({ token_endpoint_auth_method: 'none' });
    const { client_secret } = await app.change({ token_endpoint_auth_method: 'client_secret_post' });
    const back = await app.authenticatingWith(oidc.ClientSecretPost(String(client_secret)));
    const old = await app.authenticatingWith(oidc.ClientSecretPost(String(app.registered.client_secret)));
    const attempt = await app.begin();
    const browser = app.browser();
    const answer = await sayYes(browser, await browser.open(attempt.url));

    expect(await errorOf(app.finish(attempt, answer, old))).toBe('invalid_client');
    expect(await errorOf(app.finish(attempt, answer, back))).toBe('none');
  });

  it('secrets of a client work beside a newer one for the overlap, until they are ended one by one', async () => {
    const app = await register();
    const made = [await app.makeSecret({ overlap_seconds: DAY })];
    for (let count = 3; count <= 5; count++) made.push(await app.makeSecret({ overlap_seconds: DAY }));
    const configs = [app.config, ...(await Promise.all(made.map(({ as }) => as())))];
    for (const config of configs) expect(await use(config)).toBe('none');

    await app.endSecret(made[1]?.id);
    const outcomes = await Promise.all(configs.map(use));
    expect(outcomes).toEqual(['none', 'none', 'invalid_client', 'none', 'none']);
  });
});

const EMBEDDED = SERVERS.includes(embedded) ? [embedded] : [];

// A real Hydra is tried alone.
(EMBEDDED.length > 0 ? describe : describe.skip)('secrets of the embedded server', () => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await embedded.start();
  });
  afterAll(() => server.stop());

  it('secrets of the embedded server are rotated with an overlap under a hundred requests a second, and none is refused', async () => {
    const app = await ClientApp.of(server, MACHINE);
    let { config } = app;
    let isOver = false;
    const outcomes: string[] = [];
    /** The configuration that each request under way was made with. */
    const inUse: (typeof config)[] = [];
    const ask = async (): Promise<void> => {
      const used = config;
      inUse.push(used);
      outcomes.push(await use(used));
      inUse.splice(inUse.indexOf(used), 1);
    };
    const asking = askOften(ask, { perSecond: 100, until: () => isOver });
    let older = String(app.registered.secret_id);
    for (let rotation = 0; rotation < 10; rotation++) {
      const { id, as } = await app.makeSecret({ overlap_seconds: 60 });
      const newer = (config = await as());
      const asked = outcomes.length;
      while (outcomes.length < asked + 2 * MOST_AT_ONCE || inUse.some((used) => used !== newer))
        await sleep(5);
      await app.endSecret(older);
      older = id;
    }
    isOver = true;
    await asking;

    expect(outcomes.filter((outcome) => outcome !== 'none')).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(20 * MOST_AT_ONCE);
  });
});

/** Requests under way at one time. A machine that cannot keep up is asked less often. */
const MOST_AT_ONCE = 16;

/** Sends requests at a steady rate, whether or not the ones before have been answered, and waits for the last. */
async function askOften(
  ask: () => Promise<unknown>,
  { perSecond, until }: { perSecond: number; until: () => boolean },
): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  const start = performance.now();
  for (let sent = 0; !until(); sent++) {
    await sleep(start + (sent * 1000) / perSecond - performance.now());
    if (underWay.size >= MOST_AT_ONCE) await Promise.race(underWay);
    const request = ask().finally(() => underWay.delete(request));
    underWay.add(request);
  }
  await Promise.all(underWay);
}
