import { RATE_LIMITS } from '../../../src/rate-limit/limit-values.js';
import type { Answer, CallOptions } from '../../support/api-client.js';
import { HOOK_SECRET } from '../../support/hydra/hydra-registry.js';
import { MACHINE_CLIENT, type TestRegistry } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';
import { basic, Gate } from '../token-gate/gate.js';

/** A window that no test lives to see the end of, so that no clock decides. */
const LIMITS = { ...RATE_LIMITS, failedAuthentication: { requests: 3, seconds: 3_600 } };
/** Trusts the address that a test says it calls from. */
const ON = { RATE_LIMITS: 'on', TRUST_PROXY: '1' };

type Call = [method: string, path: string, options: CallOptions];

const form = (authorization: string, raw = 'grant_type=client_credentials'): CallOptions => ({
  raw,
  headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
});
const wrong = basic('nobody', 'guess');

/** Every way to be answered 401 by a registry with the embedded server. */
const EMBEDDED: Call[] = [
  ['GET', '/v1/organizations', { token: 'garbage' }],
  ['GET', '/v1/organizations', {}],
  ['POST', '/oauth2/token', form(wrong)],
  ['GET', '/oauth2/me', { token: 'garbage' }],
  ['POST', '/oauth2/me', { token: 'garbage' }],
];

/** Every way to be answered 401 by a registry before a Hydra. */
const WITH_HYDRA: Call[] = [
  ['GET', '/v1/organizations', { token: 'garbage' }],
  ['POST', '/hooks/hydra/token', { token: 'garbage', body: {} }],
  ['POST', '/hooks/hydra/token', {}],
  ['GET', '/hooks/authorize', { token: 'garbage' }],
  ['GET', '/hooks/authorize/oauth2/auth', { token: 'garbage' }],
  // Hydra says this one.
  ['POST', '/oauth2/token', form(wrong)],
  ['POST', '/oauth2/revoke', form(wrong, 'token=x')],
  ['POST', '/oauth2/token', form(basic('nobody', `ocs_${'a'.repeat(43)}`))],
];

let addresses = 0;
/** An address that has not asked yet. */
const newcomer = (): string => `198.51.100.${(addresses += 1)}`;

const call = ({ api }: TestRegistry, address: string, [method, path, options]: Call): Promise<Answer> =>
  api.call(method, path, { ...options, headers: { ...options.headers, 'x-forwarded-for': address } });

/** Fails once more than the limit allows. @returns the statuses */
async function exhaust(registry: TestRegistry, address: string, failing: Call): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < 4; i += 1) statuses.push((await call(registry, address, failing)).status);
  return statuses;
}

async function expectLimited(registry: TestRegistry, failing: Call): Promise<void> {
  const address = newcomer();
  expect(await exhaust(registry, address, failing)).toEqual([401, 401, 401, 429]);
  const { headers } = await call(registry, address, failing);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_000);
  expect(headers.get('www-authenticate')).toBeNull();
  expect((await call(registry, newcomer(), failing)).status).toBe(401);
}

describe('failed authentication with the embedded server', () => {
  const { registry, tenant } = useRegistry(ON, { app: { limits: LIMITS } });

  it.each(EMBEDDED)(
    'who fails too often to authenticate is answered 429 to %s %s (%#)',
    async (...failing) => {
      await expectLimited(registry, failing);
    },
  );

  it('who authenticates rightly is served where others fail too often', async () => {
    const { client_id: id, client_secret: secret } = await tenant.createClient(MACHINE_CLIENT);
    const address = newcomer();
    await exhaust(registry, address, ['GET', '/oauth2/me', {}]);
    const right: Call[] = [
      ['GET', tenant.clients, { token: tenant.viewer }],
      ['POST', '/oauth2/token', form(basic(id, String(secret)))],
    ];
    for (const one of right) expect((await call(registry, address, one)).status).toBe(200);
  });
});

describe('failed authentication with Hydra', () => {
  let gate: Gate;

  beforeAll(async () => {
    gate = await Gate.start({ settings: ON, limits: LIMITS });
  });
  afterAll(() => gate.stop());

  it.each(WITH_HYDRA)(
    'who fails too often to authenticate before a Hydra is answered 429 to %s %s (%#)',
    async (...failing) => {
      await expectLimited(gate.registry, failing);
    },
  );

  it('who fails too often with the secret of a client is answered 429 at the token gate', async () => {
    const { client_id: id } = await gate.tenant.createClient(MACHINE_CLIENT);
    await expectLimited(gate.registry, ['POST', '/oauth2/token', form(basic(id, 'guess'))]);
  });

  it('who authenticates rightly before a Hydra is served where others fail too often, and so is Hydra', async () => {
    const { client_id: id, client_secret: secret } = await gate.tenant.createClient(MACHINE_CLIENT);
    const address = newcomer();
    await exhaust(gate.registry, address, ['GET', '/hooks/authorize', {}]);
    const right: [number, Call][] = [
      [200, ['GET', gate.tenant.clients, { token: gate.tenant.viewer }]],
      [200, ['POST', '/oauth2/token', form(basic(id, String(secret)))]],
      [400, ['POST', '/hooks/hydra/token', { token: HOOK_SECRET, body: {} }]],
      [403, ['GET', '/hooks/authorize', { token: HOOK_SECRET }]],
    ];
    for (const [status, one] of right) expect((await call(gate.registry, address, one)).status).toBe(status);
  });
});
