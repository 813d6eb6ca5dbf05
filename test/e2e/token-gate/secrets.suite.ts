import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { SlowHash } from '../../../src/hydra/token-gate/slow-hash.js';
import { RATE_LIMITS } from '../../../src/rate-limit/limit-values.js';
import { MACHINE_CLIENT, type Body, type TestRegistry } from '../../support/registry.js';
import { compareAll } from '../../support/hydra/compare-all.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { createDatabase } from '../../support/postgres.js';
import { askForToken, Gate } from './gate.js';

/** A client without a secret, and one with a secret. */
const AUTH: Partial<Record<string, Body>> = {
  none: { token_endpoint_auth_method: 'none' },
  basic: { token_endpoint_auth_method: 'client_secret_basic' },
};

const secretOf = ({ client_secret }: OAuthClientDto): string => String(client_secret);

describe('Secrets at the token gate', () => {
  let gate: Gate;
  let other: TestRegistry;
  let client: OAuthClientDto;

  beforeAll(async () => {
    gate = await Gate.start();
    other = await gate.another();
  });
  afterAll(async () => {
    await other.stop();
    await gate.stop();
  });
  beforeEach(async () => {
    client = await gate.tenant.createClient(MACHINE_CLIENT);
  });

  const call = (method: 'post' | 'get' | 'delete' | 'patch', path = '', body?: object) =>
    gate.registry.api[method]<OAuthClientDto>(`${gate.tenant.client(client.id)}${path}`, {
      token: gate.tenant.admin,
      body,
    });

  it('secrets at the token gate are rotated with an overlap under 200 token requests a second, and none is refused', async () => {
    let secret = secretOf(client);
    const asked: Promise<string>[] = [];
    const ticking = setInterval(() => {
      const processes = [gate.registry, other];
      for (let count = 0; count < 2; count++)
        asked.push(askForToken(processes[asked.length % 2] as TestRegistry, client, secret));
    }, 10);
    let older = String(client.secret_id);
    for (let rotations = 0; rotations < 5; rotations++) {
      const { body } = await call('post', '/secrets', { overlap_seconds: 60 });
      secret = secretOf(body);
      const before = asked.length;
      // What is under way with the older one has been answered by then.
      await sleep(200);
      await Promise.all(asked.slice(0, before));
      expect((await call('delete', `/secrets/${older}`)).status).toBe(204);
      older = String(body.secret_id);
    }
    clearInterval(ticking);

    const answers = await Promise.all(asked);
    expect(answers.length).toBeGreaterThanOrEqual(200);
    expect(answers.filter((answer) => answer !== '200')).toEqual([]);
  });

  it('secrets at the token gate end at the next request of two processes', async () => {
    const ask = () =>
      Promise.all([gate.registry, other].map((at) => askForToken(at, client, secretOf(client))));
    expect(await ask()).toEqual(['200', '200']);
    await call('delete', `/secrets/${client.secret_id}`);

    expect(await ask()).toEqual(['401 invalid_client', '401 invalid_client']);
  });

  it('secrets at the token gate say when they were last used, and clients when they were refused', async () => {
    await askForToken(gate.registry, client, secretOf(client));
    await askForToken(gate.registry, client, 'wrong');
    for (;;) {
      const { body } = await call('get');
      if (body.last_used_at !== null && body.last_refused_at !== null) break;
      await sleep(20);
    }
  });

  it('secrets at the token gate are never sent to Hydra, which is told no other either when they change', async () => {
    const before = gate.hydra.clients.get(client.client_id)?.secret;
    const { body } = await call('post', '/secrets');

    expect(gate.hydra.clients.get(client.client_id)?.secret).toBe(before);
    expect([secretOf(client), secretOf(body)]).not.toContain(before);
    const calls = gate.hydra.calls.map((one) => one.body).join('');
    for (const secret of [secretOf(client), secretOf(body)]) expect(calls).not.toContain(secret);
    const { rows } = await gate.registry.database.query(
      'select from oauth_client_secrets where sealed is not null',
    );
    expect(rows).toEqual([]);
  });

  it.each([
    'none, basic',
    'none, renamed, basic',
    'basic, none, basic',
    'basic, none, renamed, basic, renamed',
    'none, basic, renamed, none, basic',
  ])(
    'secrets at the token gate work at the first request of a client that is one after the other %s',
    async (turns) => {
      const [first, ...others] = turns.split(', ');
      client = await gate.tenant.createClient(AUTH[first ?? '']);
      let secret = client.client_secret;
      for (const turn of others) {
        const { body } = await call('patch', '', AUTH[turn] ?? { name: turn });
        expect(body.sync_status).toBe('synced');
        secret = body.client_secret ?? secret;
      }
      const form = { grant_type: 'authorization_code', code: 'not-one' };
      expect(await askForToken(gate.registry, client, secret, form)).toBe('400 invalid_grant');
    },
  );

  it('secrets at the token gate survive a Hydra that has lost the client, or was put back', async () => {
    const { hydra, registry } = gate;
    const backup = hydra.backup();
    const { body } = await call('post', '/secrets', { overlap_seconds: 60 });
    await call('patch', '', { name: 'Renamed' });
    hydra.restore(new Map());
    await compareAll(registry);
    while ((await askForToken(registry, client, secretOf(client))) !== '200') await sleep(20);
    hydra.restore(backup);

    expect(await askForToken(registry, client, secretOf(body))).toBe('200');
  });
});

describe('The token gate', () => {
  it('the token gate refuses a client that Hydra has and the registry has lost, and one later than the registry', async () => {
    const gate = await Gate.start();
    const [lost, held] = [randomUUID(), await gate.tenant.createClient(MACHINE_CLIENT)];
    const { database } = gate.registry;
    await database.query('insert into authorization_server_orphans values ($1, now())', [lost]);
    await database.query(`update oauth_clients set doubt = 'held' where id = $1`, [held.id]);
    const answers = [
      await askForToken(gate.registry, { client_id: lost }, 'any'),
      await askForToken(gate.registry, held, secretOf(held)),
    ];
    await gate.stop();

    expect(answers).toEqual(['401 invalid_client', '401 invalid_client']);
  });

  it('the token gate answers 500 requests at once with two connections to the database', async () => {
    const gate = await Gate.start();
    gate.registry.app.nest.get(pg.Pool).options.max = 2;
    const client = await gate.tenant.createClient(MACHINE_CLIENT);
    const answers = await Promise.all(
      Array.from({ length: 500 }, () => askForToken(gate.registry, client, secretOf(client))),
    );
    await gate.stop();

    expect(answers.filter((answer) => answer !== '200')).toEqual([]);
  });

  it('the token gate serves as last known without the database, but for what it has ended, and nobody it does not know', async () => {
    const database = await createDatabase();
    const proxy = await TcpProxy.to(database);
    const gate = await Gate.start({ settings: { DATABASE_URL: proxy.url } });
    const [known, ended, unknown] = await Promise.all(
      Array.from({ length: 3 }, () => gate.tenant.createClient(MACHINE_CLIENT)),
    );
    if (!known || !ended || !unknown) throw new Error('there are no clients');
    const ask = (one: OAuthClientDto) => askForToken(gate.registry, one, secretOf(one));
    expect([await ask(known), await ask(ended)]).toEqual(['200', '200']);
    await gate.registry.api.delete(`${gate.tenant.client(ended.id)}/secrets/${ended.secret_id}`, {
      token: gate.tenant.admin,
    });
    proxy.cut();

    const answers = [await ask(known), await ask(ended), await ask(unknown)];
    expect(answers).toEqual(['200', '503 temporarily_unavailable', '503 temporarily_unavailable']);
    proxy.restore();
    while ((await ask(unknown)) !== '200') await sleep(50);
    await gate.stop();
    await proxy.close();
  });

  it('the token gate says 503 while Hydra is away', async () => {
    const gate = await Gate.start({ hydraUrl: 'http://127.0.0.1:9' });
    const client = await gate.tenant.createClient(MACHINE_CLIENT);
    const answer = await askForToken(gate.registry, client, secretOf(client));
    await gate.stop();

    expect(answer).toBe('503 temporarily_unavailable');
  });

  it('the token gate lets nobody try many secrets of a client, and right ones always pass', async () => {
    const limits = { ...RATE_LIMITS, wrongSecrets: { requests: 3, seconds: 60 } };
    const gate = await Gate.start({ settings: { RATE_LIMITS: 'on' }, limits });
    const [client, another] = [
      await gate.tenant.createClient(MACHINE_CLIENT),
      await gate.tenant.createClient(MACHINE_CLIENT),
    ];
    const answers: string[] = [];
    for (let count = 0; count < 4; count++) answers.push(await askForToken(gate.registry, client, 'wrong'));
    answers.push(await askForToken(gate.registry, client, secretOf(client)));
    answers.push(await askForToken(gate.registry, another, 'wrong'));
    const { text } = await gate.registry.api.get('/metrics');
    await gate.stop();

    expect(answers).toEqual([
      ...Array<string>(3).fill('401 invalid_client'),
      '429 temporarily_unavailable',
      '200',
      '401 invalid_client',
    ]);
    expect(text).toContain('token_gate_requests_total{outcome="refused"} 4');
    expect(text).toContain('token_gate_requests_total{outcome="limited"} 1');
  });

  it('the token gate lets senders of many wrong secrets wait with the right one too, where people may have chosen it', async () => {
    const limits = { ...RATE_LIMITS, wrongSecrets: { requests: 3, seconds: 60 } };
    const gate = await Gate.start({ settings: { RATE_LIMITS: 'on' }, limits });
    const client = await gate.tenant.createClient(MACHINE_CLIENT);
    const id = String(client.secret_id);
    const scrypt = await new SlowHash().hash('chosen by people', id);
    const imported = 'update oauth_client_secrets set hash = null, scrypt = $1 where id = $2';
    await gate.registry.database.query(imported, [scrypt, id]);
    const answers = [await askForToken(gate.registry, client, 'chosen by people')];
    for (let count = 0; count < 3; count++) answers.push(await askForToken(gate.registry, client, 'wrong'));
    answers.push(await askForToken(gate.registry, client, 'chosen by people'));
    await gate.stop();

    expect(answers).toEqual([
      '200',
      ...Array<string>(3).fill('401 invalid_client'),
      '429 temporarily_unavailable',
    ]);
  });
});
