import { createHash } from 'node:crypto';
import { TestRegistry } from '../../support/registry.js';
import {
  aliveSecretsOf,
  CALLBACK,
  ClientCalls,
  expectProblem,
  MACHINE,
  NATIVE,
  stateOf,
  WEB,
  type SecretRow,
} from './support.js';
import { revisionIn } from '../../support/revision.js';
import { useRegistry } from '../../support/use-registry.js';

const SECRET = /^ocs_[A-Za-z0-9_-]{43}$/;
const PUBLIC_WEB = { ...NATIVE, redirect_uris: [CALLBACK] };

/** What may be kept of a secret. */
const storedFormOf = (secret: string | null) =>
  expect.objectContaining({
    hash: createHash('sha256')
      .update(secret ?? '')
      .digest(),
    last_four: secret?.slice(-4),
    sealed: null,
  }) as SecretRow;

describe('Secrets of a client', () => {
  const { registry, tenant, calls } = useRegistry({}, { caller: 'developer' });

  /** A new client with its first secret. */
  async function created(body: object): Promise<{ id: string; clientId: string; secret: string }> {
    const { id, client_id, client_secret } = (await calls.create(body)).body;
    return { id, clientId: client_id, secret: client_secret ?? '' };
  }

  it('the secrets of a client are stored as hash and last four characters, with who made them', async () => {
    const { id, secret } = await created(MACHINE);
    const { secrets } = await stateOf(registry, id);
    expect(secrets).toEqual([storedFormOf(secret)]);
    const { issuer } = registry.hydra;
    expect(secrets[0]).toMatchObject({
      created_by: { issuer, subject: tenant.people.developer, client_id: 'dashboard' },
      revoked_at: null,
    });
  });

  describe('when rotated', () => {
    it('a rotation answers 201 with the whole client and a new secret that must not be kept', async () => {
      const { body: client } = await calls.create(WEB);
      const answer = await calls.rotate(client.id);
      const { client_secret, secret_id, modified } = answer.body;
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({ ...client, client_secret, secret_id, modified });
      expect(client_secret).toMatch(SECRET);
      expect(client_secret).not.toBe(client.client_secret);
      expect(revisionIn(answer.headers)).toBe(2);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });

    it('a rotation leaves the new secret alive and ends all older ones', async () => {
      const { id, secret } = await created(MACHINE);
      const second = (await calls.rotate(id)).body.client_secret;
      const third = (await calls.rotate(id)).body.client_secret;
      const { secrets } = await stateOf(registry, id);
      expect(secrets).toEqual([secret, second, third].map(storedFormOf));
      expect(secrets.map(({ revoked_at }) => revoked_at === null)).toEqual([false, false, true]);
    });

    it('a rotation is 409 for a public client, which stays as it is', async () => {
      const { id } = await created(NATIVE);
      const before = await stateOf(registry, id);
      expectProblem(await calls.rotate(id), 409, 'conflict');
      expect(await stateOf(registry, id)).toEqual(before);
    });
  });

  it('the secrets of a client are shown in no other answer, and only an answer with one must not be kept', async () => {
    const { id } = await created(MACHINE);
    const others = [
      await calls.get(id),
      await calls.update(id, { name: 'New' }),
      await calls.update(id, {}),
      await calls.update(id, { token_endpoint_auth_method: 'client_secret_post' }),
    ];
    for (const { body, headers } of others) {
      expect(body.client_secret).toBeNull();
      expect(headers.get('cache-control')).toBe('private, no-cache');
    }
    expect((await calls.list()).text).not.toContain('ocs_');
  });

  it.each<[string, object]>([
    ['the client is renamed', { name: 'New' }],
    ['it is disabled', { enabled: false }],
    ['it goes from one secret method to the other', { token_endpoint_auth_method: 'client_secret_post' }],
  ])('the secrets of a client stay when %s', async (_, patch) => {
    const { id, secret } = await created(WEB);
    await calls.update(id, patch);
    expect(await aliveSecretsOf(registry, id)).toEqual([storedFormOf(secret)]);
  });

  describe('when the client goes to none', () => {
    it('the secrets of a client that goes to none end, all of them, and none is shown', async () => {
      const { id } = await created(WEB);
      const { status, body, headers } = await calls.update(id, { token_endpoint_auth_method: 'none' });
      expect([status, body.client_secret, headers.get('cache-control')]).toEqual([
        200,
        null,
        'private, no-cache',
      ]);
      expect(await aliveSecretsOf(registry, id)).toEqual([]);
    });
  });

  describe.each(['client_secret_basic', 'client_secret_post'])(
    'when the client goes from none to %s',
    (method) => {
      it('a client that goes from none to a secret method has a secret that is shown once, alive', async () => {
        const { id } = await created(PUBLIC_WEB);
        const answer = await calls.update(id, { token_endpoint_auth_method: method });
        expect(answer.status).toBe(200);
        expect(answer.body.client_secret).toMatch(SECRET);
        expect(answer.headers.get('cache-control')).toBe('no-store');
        expect(await aliveSecretsOf(registry, id)).toEqual([storedFormOf(answer.body.client_secret)]);

        const again = await calls.update(id, { token_endpoint_auth_method: method });
        expect([again.status, again.body.client_secret]).toEqual([200, null]);
        expect((await stateOf(registry, id)).secrets).toHaveLength(1);
      });

      it('a client that goes from none to a secret method has a new secret even if it had one before', async () => {
        const { id, secret } = await created(WEB);
        await calls.update(id, { token_endpoint_auth_method: 'none' });
        const { body } = await calls.update(id, { token_endpoint_auth_method: method });
        expect(body.client_secret).not.toBe(secret);
        expect(await aliveSecretsOf(registry, id)).toEqual([storedFormOf(body.client_secret)]);
      });
    },
  );

  it('the secrets of a client are nowhere in the database in clear: in no table, in no encoding', async () => {
    const { id, secret } = await created(WEB);
    const secrets = [secret, (await calls.rotate(id)).body.client_secret ?? ''];
    await calls.update(id, { token_endpoint_auth_method: 'none' });
    const last = await calls.update(id, { token_endpoint_auth_method: 'client_secret_post' });
    secrets.push(last.body.client_secret ?? '');

    const dump = await dumpOf(registry);
    for (const clear of secrets) {
      expect(clear).toMatch(SECRET);
      // That the search finds what is there.
      expect(dump).toContain(createHash('sha256').update(clear).digest('hex'));
      for (const form of formsOf(clear)) expect(dump).not.toContain(form);
    }
  });

  describe('at the token endpoint of the embedded authorization server', () => {
    it('the secrets of a client work from the answer that shows them until they are rotated away', async () => {
      const { id, clientId, secret } = await created(MACHINE);
      expect(await tokenStatus(clientId, secret)).toBe(200);
      const rotated = (await calls.rotate(id)).body.client_secret ?? '';
      expect(await tokenStatus(clientId, secret)).toBe(401);
      expect(await tokenStatus(clientId, rotated)).toBe(200);
    });

    it('the secrets of a client work only while it is enabled', async () => {
      const { id, clientId, secret } = await created(MACHINE);
      await calls.update(id, { enabled: false });
      expect(await tokenStatus(clientId, secret)).toBe(400);
      await calls.update(id, { enabled: true });
      expect(await tokenStatus(clientId, secret)).toBe(200);
    });

    it('the secrets of a client end with it', async () => {
      const { id, clientId, secret } = await created(MACHINE);
      await new ClientCalls(registry, tenant, tenant.admin).delete(id);
      expect(await tokenStatus(clientId, secret)).toBe(401);
    });
  });

  async function tokenStatus(clientId: string, secret: string): Promise<number> {
    const response = await fetch(`${registry.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    await response.text();
    return response.status;
  }
});

/** Every row of every table as text. */
async function dumpOf({ database }: TestRegistry): Promise<string> {
  const { rows: tables } = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const texts = tables.map(async ({ name }) => {
    const { rows } = await database.query<{ row: string }>(`select t::text as row from "${name}" t`);
    return rows.map(({ row }) => row).join('\n');
  });
  return (await Promise.all(texts)).join('\n');
}

function formsOf(secret: string): string[] {
  const random = secret.slice('ocs_'.length);
  return [random, Buffer.from(random, 'base64url')].flatMap((form) => {
    const bytes = Buffer.from(form);
    return [bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('base64url')];
  });
}
