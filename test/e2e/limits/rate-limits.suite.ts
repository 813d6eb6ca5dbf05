import type { Answer, CallOptions } from '../../support/api-client.js';
import { expectProblem } from '../../support/problem.js';
import { exchange } from '../../support/raw-http.js';
import { createDatabase } from '../../support/postgres.js';
import { ServiceProcess } from '../../support/service-process.js';
import { MACHINE_CLIENT, TestRegistry, WEB_CLIENT, type TestTenant } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

/** Windows that no test lives to see the end of, so that no clock decides. */
const SECONDS = 3_600;
const PLENTY = { requests: 1_000_000, seconds: SECONDS };
const few = (requests: number) => ({ requests, seconds: SECONDS });
const RATE_LIMITS = {
  address: PLENTY,
  anonymous: PLENTY,
  actor: PLENTY,
  writes: PLENTY,
  projectWrites: PLENTY,
  failedAuthentication: PLENTY,
  wrongSecrets: PLENTY,
};

/** Trusts the address that a test says it calls from. */
const ON = { RATE_LIMITS: 'on', TRUST_PROXY: '1' };

let addresses = 0;
/** An address that has not asked yet. */
const newcomer = (): string => `192.0.2.${(addresses += 1)}`;

const from = (address: string, options: CallOptions = {}): CallOptions => ({
  ...options,
  headers: { ...options.headers, 'x-forwarded-for': address },
});

function expectTooMany(answer: Answer<unknown>): void {
  expectProblem(answer, 'too_many_requests');
  const seconds = Number(answer.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(SECONDS - 600);
  expect(seconds).toBeLessThanOrEqual(SECONDS);
}

describe('when an address asks too often', () => {
  const { registry } = useRegistry(ON, { app: { limits: { ...RATE_LIMITS, address: few(3) } } });

  const exhaust = async (address: string): Promise<void> => {
    for (let i = 0; i < 3; i += 1) await registry.api.get('/health/live', from(address));
  };

  it.each([
    ['GET', '/v1/organizations'],
    ['GET', '/health/live'],
    ['GET', '/nowhere'],
    ['OPTIONS', '/v1/organizations'],
    ['GET', '/docs'],
    ['GET', '/oauth2/.well-known/openid-configuration'],
    ['POST', '/oauth2/token'],
  ])(
    'an address that asks too often is answered 429 to %s %s, before anything else',
    async (method, path) => {
      const address = newcomer();
      await exhaust(address);
      expectTooMany(await registry.api.call(method, path, from(address)));
    },
  );

  it('other addresses are served when one asks too often', async () => {
    await exhaust(newcomer());
    expect((await registry.api.get('/health/live', from(newcomer()))).status).toBe(200);
  });

  it('the limit of an address takes a whole IPv6 network for one caller', async () => {
    await exhaust('2001:db8:1:2::1');
    expectTooMany(await registry.api.get('/health/live', from('2001:db8:1:2:ffff::2')));
    expect((await registry.api.get('/health/live', from('2001:db8:1:3::1'))).status).toBe(200);
  });
});

describe('when nobody is said to be a proxy', () => {
  it('the service believes no X-Forwarded-For when nobody is said to be a proxy', async () => {
    const registry = await TestRegistry.start(
      { RATE_LIMITS: 'on' },
      { limits: { ...RATE_LIMITS, address: few(3) } },
    );
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      statuses.push((await registry.api.get('/health/live', from(`192.0.2.${i}`))).status);
    }
    await registry.stop();
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it.each([
    ['the network of the proxy', '127.0.0.0/8', 200],
    ['the network of another', '10.0.0.0/8', 429],
    ['no hop', '0', 429],
    ['one hop', '1', 200],
  ])('the service believes X-Forwarded-For only with the right proxy (%s)', async (_, proxies, status) => {
    const env = { RATE_LIMITS: 'on', TRUST_PROXY: proxies };
    const registry = await TestRegistry.start(env, { limits: { ...RATE_LIMITS, address: few(1) } });
    await registry.api.get('/health/live', from('192.0.2.1'));
    const answer = await registry.api.get('/health/live', from('192.0.2.2'));
    await registry.stop();
    expect(answer.status).toBe(status);
  });

  it('the service believes of several forwarded addresses the one that the nearest proxy wrote', async () => {
    const registry = await TestRegistry.start(ON, { limits: { ...RATE_LIMITS, address: few(1) } });
    await registry.api.get('/health/live', from('203.0.113.1, 192.0.2.1'));
    const answers = [
      await registry.api.get('/health/live', from('203.0.113.2, 192.0.2.1')),
      await registry.api.get('/health/live', from('192.0.2.1, 203.0.113.9')),
    ];
    await registry.stop();
    expect(answers.map(({ status }) => status)).toEqual([429, 200]);
  });
});

describe('when somebody stands in front whom TRUST_PROXY does not name', () => {
  const noticesOf = async (env: Record<string, string>): Promise<number> => {
    const service = await ServiceProcess.start({ DATABASE_URL: await createDatabase(), ...env });
    for (let i = 0; i < 3; i += 1) await service.api.get('/health/live', from('192.0.2.1'));
    await service.stop();
    return service.log.filter(({ msg }) => String(msg).includes('TRUST_PROXY is not set')).length;
  };

  it('the service says once that somebody stands in front whom TRUST_PROXY does not name, and not where it is set', async () => {
    expect([await noticesOf({}), await noticesOf({ TRUST_PROXY: '0' })]).toEqual([1, 0]);
  });
});

describe('when an actor asks too often', () => {
  // The platform makes the tenant with five calls.
  const { registry, tenant } = useRegistry(ON, { app: { limits: { ...RATE_LIMITS, actor: few(5) } } });

  it('an actor who asks too often is answered 429, from any address and with any token, and others are served', async () => {
    const { admin, viewer } = tenant.people;
    for (let i = 0; i < 5; i += 1)
      await registry.api.get(tenant.clients, from(`192.0.2.${i}`, { token: tenant.viewer }));
    const again = [tenant.viewer, await registry.person(viewer), await registry.person(viewer, [])];
    for (const token of again) {
      const answer = await registry.api.get(tenant.clients, from('192.0.2.9', { token }));
      expectTooMany(answer);
      expect(answer.headers.get('www-authenticate')).toBeNull();
    }
    const other = await registry.person(admin);
    expect((await registry.api.get(tenant.clients, from('192.0.2.9', { token: other }))).status).toBe(200);
    const session = await registry.kratos.kratosSession({ sub: viewer });
    expect((await registry.api.get(tenant.clients, from('192.0.2.9', { token: session }))).status).toBe(200);
  });

  it('the limit of an actor counts what is refused: a stranger who probes paths', async () => {
    const token = await registry.person('stranger');
    for (let i = 0; i < 5; i += 1) {
      expectProblem(await registry.api.get(tenant.clients, from('192.0.2.1', { token })), 'not_found');
    }
    expectTooMany(await registry.api.get(tenant.clients, from('192.0.2.1', { token })));
  });

  it('everybody may read what is public past the limit of an actor, whatever token comes along', async () => {
    const token = await registry.person('curious');
    for (let i = 0; i < 7; i += 1) {
      expect((await registry.api.get('/health/live', from('192.0.2.1', { token }))).status).toBe(200);
    }
  });
});

describe('when an actor writes too often', () => {
  const { registry, tenant } = useRegistry(ON, {
    app: { limits: { ...RATE_LIMITS, writes: few(3) } },
    perTest: true,
  });

  it('the limit of writes of an actor counts every kind together, and reads and other actors are served', async () => {
    const token = tenant.developer;
    const created = await registry.api.post<{ id: string }>(tenant.clients, { token, body: WEB_CLIENT });
    const client = tenant.client(created.body.id);
    expect((await registry.api.patch(client, { token, body: { name: 'Other' } })).status).toBe(200);
    expect((await registry.api.post(`${client}/secrets`, { token })).status).toBe(201);
    expectTooMany(await registry.api.post(`${client}/secrets`, { token }));
    expectTooMany(await registry.api.post(tenant.clients, { token, body: MACHINE_CLIENT }));
    expectTooMany(await registry.api.patch(client, { token, body: { name: 'Third' } }));
    expect((await registry.api.get(client, { token })).status).toBe(200);
    const others = await registry.api.patch(client, { token: tenant.admin, body: { name: 'Fourth' } });
    expect(others.status).toBe(200);
  });

  it('a write past the limit of an actor writes nothing', async () => {
    for (let i = 0; i < 6; i += 1) {
      await registry.api.post(tenant.clients, { token: tenant.developer, body: WEB_CLIENT });
    }
    const list = await registry.api.get<{ data: unknown[] }>(tenant.clients, { token: tenant.viewer });
    expect(list.body.data).toHaveLength(3);
  });
});

describe('when a project is written to too often', () => {
  const { registry } = useRegistry(ON, { app: { limits: { ...RATE_LIMITS, projectWrites: few(3) } } });

  const create = (tenant: TestTenant, token: string) =>
    registry.api.post(tenant.clients, { token, body: MACHINE_CLIENT });

  it('the limit of writes of a project counts those of all its actors, and other projects are served', async () => {
    const [tenant, other] = [await registry.tenant(), await registry.tenant()];
    for (const token of [tenant.admin, tenant.developer, tenant.admin]) {
      expect((await create(tenant, token)).status).toBe(201);
    }
    expectTooMany(await create(tenant, tenant.developer));
    expect((await create(other, other.developer)).status).toBe(201);
  });

  it('the limit of writes of a project counts nothing of those who may not write there', async () => {
    const tenant = await registry.tenant();
    const stranger = await registry.person('stranger');
    for (const token of [stranger, stranger, tenant.viewer, tenant.viewer]) await create(tenant, token);
    expect((await create(tenant, tenant.developer)).status).toBe(201);
  });
});

describe('when an address asks too often for what is dear and needs no token', () => {
  const { registry } = useRegistry(ON, { app: { limits: { ...RATE_LIMITS, anonymous: few(3) } } });

  it.each([
    '/docs',
    '/docs/swagger-ui-bundle.js',
    '/openapi.json',
    '/metrics',
    '/oauth2/auth?client_id=nobody',
  ])(
    'an address that asks too often for what is dear without a token is answered 429 to %s, and served all else',
    async (path) => {
      const address = newcomer();
      for (let i = 0; i < 3; i += 1) await registry.api.get('/openapi.json', from(address));
      expectTooMany(await registry.api.get(path, from(address)));
      expect((await registry.api.get('/health/ready', from(address))).status).toBe(200);
      expect((await registry.api.get('/openapi.json', from(newcomer()))).status).toBe(200);
    },
  );
});

describe('when authentication fails too often at an address', () => {
  const { registry, tenant } = useRegistry(ON, {
    app: { limits: { ...RATE_LIMITS, failedAuthentication: few(3) } },
  });
  let address: string;
  beforeEach(() => {
    address = newcomer();
  });

  const fail = async (): Promise<void> => {
    for (let i = 0; i < 3; i += 1) {
      const answer = await registry.api.get('/v1/organizations', from(address, { token: 'garbage' }));
      expectProblem(answer, 'invalid_token');
    }
  };
  const read = (token: string, at = address) => registry.api.get(tenant.clients, from(at, { token }));

  it('an address with too many failed authentications is answered 429 to the next one, and without a token', async () => {
    await fail();
    expectTooMany(await read('garbage'));
    expectTooMany(await registry.api.get(tenant.clients, from(address)));
  });

  it('whoever authenticates rightly is served past failed authentications, with a never seen token too', async () => {
    await fail();
    expectTooMany(await read('garbage'));
    expect((await read(await registry.person(tenant.people.viewer))).status).toBe(200);
  });

  it('clients that authenticate rightly at the token endpoint are served past failed authentications', async () => {
    await fail();
    const { client_id, client_secret } = await tenant.createClient(MACHINE_CLIENT);
    const ask = (secret: string) =>
      registry.api.post('/oauth2/token', {
        raw: 'grant_type=client_credentials',
        headers: {
          authorization: `Basic ${Buffer.from(`${client_id}:${secret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
          'x-forwarded-for': address,
        },
      });
    expectTooMany(await ask('guess'));
    expect((await ask(String(client_secret))).status).toBe(200);
  });

  it('tokens that were good before are served past failed authentications, and other addresses are too', async () => {
    await read(tenant.viewer);
    await fail();
    expect((await read(tenant.viewer)).status).toBe(200);
    expect((await read(tenant.admin, newcomer())).status).toBe(200);
  });

  it('the limit of failed authentications does not count what is refused for another reason', async () => {
    const stranger = await registry.person('stranger');
    for (let i = 0; i < 5; i += 1) await read(stranger);
    expect((await read(tenant.viewer)).status).toBe(200);
  });

  it('public routes stay open past failed authentications', async () => {
    await fail();
    expect((await registry.api.get('/health/live', from(address))).status).toBe(200);
  });

  // Served there too, the guesses would go uncounted.
  it.each([
    '/OAUTH2/token',
    '/oauth2/TOKEN',
    '/%6fauth2/token',
    '/%256fauth2/token',
    '/oauth2/%74oken',
    '/oauth2%2ftoken',
    '//oauth2/token',
    '/./oauth2/token',
    'http://localhost/oauth2/token',
    'HTTP://LOCALHOST/OAUTH2/token',
    'oauth2/token',
  ])('no client is checked at another spelling of the token endpoint, %s', async (target) => {
    const form = 'grant_type=client_credentials&client_id=nobody&client_secret=guess';
    const head = [
      `POST ${target} HTTP/1.1`,
      'Host: localhost',
      'Connection: close',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${form.length}`,
    ];
    const { status } = await exchange(registry.url, `${head.join('\r\n')}\r\n\r\n${form}`);
    expect([400, 404]).toContain(status);
  });
});

describe('when limits are off', () => {
  it('with limits off the service refuses nobody', async () => {
    const registry = await TestRegistry.start(
      { RATE_LIMITS: 'off' },
      { limits: { ...RATE_LIMITS, address: few(1) } },
    );
    const answers = [await registry.api.get('/health/live'), await registry.api.get('/health/live')];
    await registry.stop();
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});
