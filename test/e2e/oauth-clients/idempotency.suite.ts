import { randomUUID } from 'node:crypto';
import { IdempotencySweep } from '../../../src/idempotency/idempotency-sweep.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Answer } from '../../support/api-client.js';
import { changedTables, stateOf as stateOfDatabase } from '../../support/database-state.js';
import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { TestRegistry, type Body, type TestTenant } from '../../support/registry.js';
import { aliveSecretsOf, ClientCalls, expectProblem, MACHINE, NATIVE } from './support.js';

interface CreateOptions {
  readonly key?: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly query?: string;
}

describe.each(['the embedded server', 'Hydra'])('With %s, a call with an Idempotency-Key', (server) => {
  let registry: TestRegistry;
  let tenant: TestTenant;
  let hydra: HydraRegistry | null = null;
  let calls: ClientCalls;

  beforeAll(async () => {
    if (server === 'Hydra') {
      hydra = await HydraRegistry.start();
      ({ registry, tenant } = hydra);
    } else {
      registry = await TestRegistry.start();
      tenant = await registry.tenant({ trusted_clients_allowed: true });
    }
    calls = new ClientCalls(registry, tenant, tenant.admin);
  });
  afterAll(() => (hydra ?? registry).stop());

  const create = (options: CreateOptions): Promise<Answer<OAuthClientDto>> => {
    const { key = randomUUID(), body = MACHINE, token = tenant.admin, query = '' } = options;
    return registry.api.post(tenant.clients + query, { token, body, headers: { 'idempotency-key': key } });
  };
  const rotate = (
    id: string,
    key: string,
    { body, ifMatch }: { readonly body?: Body; readonly ifMatch?: string } = {},
  ): Promise<Answer<OAuthClientDto>> =>
    registry.api.post(`${tenant.client(id)}/secrets`, {
      token: tenant.admin,
      body,
      headers: { 'idempotency-key': key, ...(ifMatch !== undefined && { 'if-match': ifMatch }) },
    });
  const isReplay = ({ headers }: Answer<unknown>): boolean => headers.get('idempotency-replayed') === 'true';
  const count = async (table: string): Promise<number> => {
    const { rows } = await registry.database.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    return rows[0]?.n ?? 0;
  };
  const age = (interval: string) =>
    registry.database.query(`update idempotency_keys set created = created - interval '${interval}'`);
  const sealed = async (): Promise<number> => count('idempotency_keys where sealed is not null');

  /** All are the same answer, and just one of them is the first. */
  function expectTwins(answers: readonly Answer<OAuthClientDto>[]): OAuthClientDto {
    const [first] = answers;
    if (!first) throw new Error('there is no answer');
    for (const { status, body, headers } of answers) {
      expect([status, body]).toEqual([201, first.body]);
      for (const name of ['etag', 'location', 'cache-control'])
        expect([name, headers.get(name)]).toEqual([name, first.headers.get(name)]);
    }
    expect(answers.filter(isReplay)).toHaveLength(answers.length - 1);
    expect(first.body.client_secret).toMatch(/^ocs_/);
    return first.body;
  }

  it('20 creations at once with one Idempotency-Key make one client and get 20 equal answers', async () => {
    const before = await count('oauth_clients');
    const key = randomUUID();
    const made = expectTwins(await Promise.all(Array.from({ length: 20 }, () => create({ key }))));
    expect(await count('oauth_clients')).toBe(before + 1);
    expect(await aliveSecretsOf(registry, made.id)).toHaveLength(1);
    if (hydra) expect(hydra.hydra.clients.get(made.client_id)?.secret).toBe(made.client_secret);
  });

  it('20 rotations at once with one Idempotency-Key make one secret and get equal answers, whatever If-Match says', async () => {
    const { body: client, headers } = await calls.create(MACHINE);
    const key = randomUUID();
    const ifMatch = headers.get('etag') ?? '';
    const twins = Array.from({ length: 20 }, () => rotate(client.id, key, { ifMatch }));
    const made = expectTwins(await Promise.all(twins));
    const alive = await aliveSecretsOf(registry, client.id);
    expect(alive.map(({ id }) => id)).toEqual([made.secret_id]);
    if (hydra) expect(hydra.hydra.clients.get(made.client_id)?.secret).toBe(made.client_secret);
  });

  it('a call with an Idempotency-Key is answered alike later, whatever became of the client since', async () => {
    const key = randomUUID();
    const first = await create({ key });
    await calls.update(first.body.id, { name: 'Renamed' });
    const again = await create({ key: `"${key}"`, body: { ...MACHINE, description: null } });
    expect([again.status, again.body, isReplay(again), isReplay(first)]).toEqual([
      201,
      first.body,
      true,
      false,
    ]);
    expect((await calls.get(first.body.id)).body.name).toBe('Renamed');
  });

  it('a call with another Idempotency-Key, from another caller, or for another client is another call', async () => {
    const key = randomUUID();
    const first = await create({ key });
    const others = [
      await create({}),
      await create({ key, token: tenant.developer }),
      await rotate(first.body.id, key),
      await rotate((await calls.create(MACHINE)).body.id, key),
    ];
    for (const other of others) {
      expect([other.status, isReplay(other)]).toEqual([201, false]);
      expect(other.body.client_secret).not.toBe(first.body.client_secret);
    }
  });

  it('a call with the same Idempotency-Key and another body is refused, and changes nothing', async () => {
    const key = randomUUID();
    const { body: client } = await create({ key });
    await rotate(client.id, key, { body: { expires_in_seconds: 600 } });
    const before = await stateOfDatabase(registry.database);
    expectProblem(await create({ key, body: { ...MACHINE, name: 'Other' } }), 422, 'idempotency_key_reused');
    expectProblem(await rotate(client.id, key), 422, 'idempotency_key_reused');
    const dry = await create({ key, body: { ...MACHINE, name: 'Other' }, query: '?dry_run=true' });
    expectProblem(dry, 422, 'idempotency_key_reused');
    expect(await stateOfDatabase(registry.database)).toEqual(before);
  });

  it.each([
    ['empty', ''],
    ['blank', 'a b'],
    ['beyond ASCII', 'ä'],
    ['too long', 'a'.repeat(256)],
    ['open quotes', '"a b"'],
  ])('a call is refused with an Idempotency-Key that is %s', async (_, key) => {
    expectProblem(await create({ key }), 400, 'bad_request');
  });

  it.each(['a', '!~"\\', 'a'.repeat(255), `"${'a'.repeat(254)}\\""`])(
    'a call may have the Idempotency-Key %j',
    async (key) => {
      expect([(await create({ key })).status, isReplay(await create({ key }))]).toEqual([201, true]);
    },
  );

  it('an Idempotency-Key does nothing for a dry run, and a dry run of its call does nothing', async () => {
    const key = randomUUID();
    const before = await stateOfDatabase(registry.database);
    const asked = await create({ key, query: '?dry_run=true' });
    expect(asked.body).toMatchObject({ dry_run: true, changes: { name: { to: MACHINE.name } } });
    expect(changedTables(before, await stateOfDatabase(registry.database))).toEqual([]);
    expect(isReplay(await create({ key }))).toBe(false);
    const after = await create({ key, query: '?dry_run=true' });
    expect(after.body).toMatchObject({ dry_run: true, changes: {}, effects: [] });
  });

  it('no Idempotency-Key is kept of a call that repeats safely', async () => {
    const { body: client } = await calls.create(MACHINE);
    const before = await count('idempotency_keys');
    await calls.update(client.id, { name: 'Other' }, { 'idempotency-key': randomUUID() });
    await calls.delete(client.id, { 'idempotency-key': randomUUID() });
    expect(await count('idempotency_keys')).toBe(before);
  });

  it('no Idempotency-Key is kept of a call that was refused', async () => {
    const key = randomUUID();
    expect((await create({ key, body: { ...MACHINE, name: '' } })).status).toBe(422);
    expect(isReplay(await create({ key }))).toBe(false);
  });

  describe('whose secret', () => {
    const call = async (): Promise<[key: string, client: OAuthClientDto]> => {
      const key = randomUUID();
      return [key, (await create({ key })).body];
    };
    const expectExpired = async (key: string, id: string): Promise<void> => {
      const answer = await create({ key });
      expectProblem(answer, 409, 'idempotent_secret_expired');
      expect(answer.headers.get('location')).toBe(tenant.client(id));
      expect(answer.text).not.toContain('ocs_');
    };

    it('the secret of an idempotent call is shown for 10 minutes and then erased, its key is forgotten after a day', async () => {
      const [key, client] = await call();
      await age('10 minutes');
      await expectExpired(key, client.id);
      await registry.app.nest.get(IdempotencySweep, { strict: false }).run();
      expect(await sealed()).toBe(0);
      await expectExpired(key, client.id);
      await age('24 hours');
      await registry.app.nest.get(IdempotencySweep, { strict: false }).run();
      expect(await count('idempotency_keys')).toBe(0);
      expect(isReplay(await create({ key }))).toBe(false);
    });

    it.each<[string, (client: OAuthClientDto) => Promise<unknown>]>([
      ['a newer one ends it', ({ id }) => calls.rotate(id)],
      [
        'somebody ends it',
        ({ id, secret_id }) =>
          registry.api.delete(`${tenant.client(id)}/secrets/${secret_id}`, { token: tenant.admin }),
      ],
      ['its client is disabled', ({ id }) => calls.update(id, { enabled: false })],
      ['its client is deleted', ({ id }) => calls.delete(id)],
    ])('the secret of an idempotent call is erased when %s', async (_, end) => {
      const [key, client] = await call();
      const before = await sealed();
      await end(client);
      expect(await sealed()).toBe(before - 1);
      await expectExpired(key, client.id);
    });

    it('the secret of an idempotent call is not shown once it has expired', async () => {
      const { body: client } = await calls.create(MACHINE);
      const key = randomUUID();
      const body = { expires_in_seconds: 600 };
      await rotate(client.id, key, { body });
      expect(isReplay(await rotate(client.id, key, { body }))).toBe(true);
      await registry.database.query(
        `update oauth_client_secrets set expires_at = now() where oauth_client_id = $1 and revoked_at is null`,
        [client.id],
      );
      expectProblem(await rotate(client.id, key, { body }), 409, 'idempotent_secret_expired');
    });

    it('the secret of an idempotent call stands nowhere in clear', async () => {
      const [, { client_secret }] = await call();
      const { rows } = await registry.database.query<{ text: string }>(
        `select k::text || encode(coalesce(k.sealed, ''), 'escape') as text from idempotency_keys k`,
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { text } of rows) expect(text).not.toContain(client_secret?.slice(4, 30));
    });
  });

  it('an idempotent call for a client without a secret is answered alike all day', async () => {
    const key = randomUUID();
    const first = await create({ key, body: NATIVE });
    await age('23 hours');
    const again = await create({ key, body: NATIVE });
    expect([again.status, again.body, isReplay(again)]).toEqual([201, first.body, true]);
  });

  it('an idempotent call is answered again only to whoever still may make it', async () => {
    const subject = randomUUID();
    const token = await registry.person(subject);
    const path = `/v1/organizations/${tenant.organizationId}/members/${subject}`;
    const platform = await registry.platform();
    const role = (role: string) => registry.api.put(path, { token: platform, body: { role } });
    await role('admin');
    const key = randomUUID();
    const body = { ...MACHINE, scopes: ['oauth_clients:read'] };
    expect((await create({ key, token, body })).status).toBe(201);
    expect((await create({ key, token, body })).status).toBe(201);
    await role('developer');
    expectProblem(await create({ key, token, body }), 403, 'forbidden');
    await role('viewer');
    expectProblem(await create({ key, token, body }), 403, 'forbidden');
    await registry.api.delete(path, { token: platform });
    expectProblem(await create({ key, token, body }), 404, 'not_found');
  });
});
