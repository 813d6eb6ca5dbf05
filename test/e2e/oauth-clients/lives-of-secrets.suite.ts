import type { SecretDto, SecretListDto } from '../../../src/oauth-clients/dto/secret.dto.js';
import { noteUse } from '../../../src/oauth-clients/writes/secret-use.writes.js';
import { SecretExpiry } from '../../../src/oauth-clients/secret-expiry.js';
import type { Answer } from '../../support/api-client.js';
import { expectProblem, MACHINE, NATIVE, stateOf } from './support.js';
import { MACHINE_WITH_RIGHTS } from '../access/operations.js';
import { useRegistry } from '../../support/use-registry.js';

const DAY = 24 * 60 * 60;
const NOBODYS = '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f';

describe('The life of a secret', () => {
  const { registry, tenant, calls } = useRegistry({}, { caller: 'developer' });
  let client: { id: string; secretId: string };

  beforeEach(async () => {
    const { id, secret_id } = (await calls.create(MACHINE)).body;
    client = { id, secretId: String(secret_id) };
  });

  const secretsOf = (id = client.id): string => `${tenant.client(id)}/secrets`;
  const make = (body?: object, headers = {}) =>
    registry.api.post<Record<string, unknown>>(secretsOf(), { token: tenant.developer, body, headers });
  const change = (secretId: string, body: object, headers = {}) =>
    registry.api.patch<SecretDto>(`${secretsOf()}/${secretId}`, { token: tenant.developer, body, headers });
  const end = (secretId: string, headers = {}) =>
    registry.api.delete(`${secretsOf()}/${secretId}`, { token: tenant.developer, headers });
  const read = () => calls.get(client.id);

  async function list(id = client.id): Promise<readonly SecretDto[]> {
    const answer = await registry.api.get<SecretListDto>(secretsOf(id), { token: tenant.viewer });
    expect(answer.status).toBe(200);
    return answer.body.data;
  }

  /** As if the secret had been made with another life. */
  const age = (secretId: string, interval: string) =>
    registry.database.query(
      'update oauth_client_secrets set expires_at = now() + $2::interval where id = $1',
      [secretId, interval],
    );

  const idIn = ({ body }: Answer<Record<string, unknown>>): string => String(body['secret_id']);
  const secondsBetween = (from: unknown, to: unknown): number =>
    (Date.parse(String(to)) - Date.parse(String(from))) / 1000;
  const secondsLeft = ({ expires_at }: SecretDto): number =>
    (Date.parse(String(expires_at)) - Date.now()) / 1000;
  const laterEvents = async () => (await stateOf(registry, client.id)).events.slice(1);

  it('the list of secrets tells the life of each, newest first, and never the secret itself', async () => {
    const made = await make({ name: 'Production', expires_in_seconds: DAY, overlap_seconds: 60 });
    expect(made.status).toBe(201);
    const secrets = await list();
    expect(secrets).toEqual([
      {
        id: idIn(made),
        name: 'Production',
        last_four: String(made.body['client_secret']).slice(-4),
        status: 'active',
        created: expect.any(String) as string,
        expires_at: expect.any(String) as string,
        last_used_at: null,
      },
      expect.objectContaining({ id: client.secretId, name: null, status: 'retiring' }),
    ]);
    const madeAt = secrets[0]?.created;
    expect(secrets.map(({ expires_at }) => secondsBetween(madeAt, expires_at))).toEqual([DAY, 60]);
    expect(made.body['secrets_expire_at']).toBe(secrets[1]?.expires_at);
    expect((await read()).body.secrets_expire_at).toBe(secrets[1]?.expires_at);
    await end(client.secretId);
    expect((await read()).body.secrets_expire_at).toBe(secrets[0]?.expires_at);
    expect((await make()).body['secrets_expire_at']).toBeNull();
    expect((await make({ expires_in_seconds: 60 })).body['secrets_expire_at']).toBe(
      (await list())[0]?.expires_at,
    );
  });

  it.each([[undefined], [{}], [{ overlap_seconds: 0 }], [{ overlap_seconds: null, name: null }]])(
    'a secret ends with a newer one without overlap: %j',
    async (body) => {
      const made = await make(body);
      expect((await list()).map(({ id, status }) => [id, status])).toEqual([[idIn(made), 'active']]);
    },
  );

  it('the life of a secret is never longer with an overlap than it was', async () => {
    const second = await make({ expires_in_seconds: 60 });
    await make({ overlap_seconds: DAY });
    const [, retiring] = await list();
    expect([retiring?.id, retiring?.status]).toEqual([idIn(second), 'retiring']);
    expect(secondsLeft(retiring as SecretDto)).toBeLessThanOrEqual(60);
  });

  it('a client has five secrets at the most: room is made by an end, or by a new one without overlap', async () => {
    for (let made = 2; made <= 5; made++) expect((await make({ overlap_seconds: DAY })).status).toBe(201);
    const before = await stateOf(registry, client.id);
    expectProblem(await make({ overlap_seconds: 1 }), 409, 'too_many_secrets');
    expect(await stateOf(registry, client.id)).toEqual(before);

    const third = (await list())[2]?.id ?? '';
    expect((await end(third)).status).toBe(204);
    expect((await list()).map(({ id }) => id)).not.toContain(third);
    expect((await make({ overlap_seconds: 1 })).status).toBe(201);
    expect(await list()).toHaveLength(5);
    expect((await make()).status).toBe(201);
    expect(await list()).toHaveLength(1);
  });

  it('a secret does not count among the five once it has expired', async () => {
    for (let made = 2; made <= 5; made++) await make({ overlap_seconds: DAY });
    await age(client.secretId, '-1 s');
    expect((await make({ overlap_seconds: DAY })).status).toBe(201);
  });

  it('a secret may end although it is the last one, and another can be made then', async () => {
    expect((await end(client.secretId)).status).toBe(204);
    expect(await list()).toEqual([]);
    expect((await end(client.secretId)).status).toBe(404);
    expect((await make()).status).toBe(201);
  });

  it('a secret can be named and shortened, with what changed in the event, and nothing else of the client', async () => {
    const { body: before } = await read();
    const renamed = await change(client.secretId, { name: 'Old' });
    expect([renamed.status, renamed.body.name, renamed.body.expires_at]).toEqual([200, 'Old', null]);
    const shortened = await change(client.secretId, { expires_in_seconds: 60 });
    const { expires_at } = shortened.body;
    expect([shortened.status, shortened.body.name]).toEqual([200, 'Old']);
    const { body: after } = await read();
    expect(secondsBetween(after.modified, expires_at)).toBe(60);
    expect(after).toEqual({ ...before, modified: after.modified, secrets_expire_at: expires_at });
    const about = { action: 'oauth_client.secret_changed', secret_id: client.secretId };
    expect(await laterEvents()).toMatchObject([
      { ...about, revision: 2, changes: { name: { from: null, to: 'Old' } } },
      { ...about, revision: 3, changes: { expires_at: { from: null, to: expires_at } } },
    ]);
  });

  it('a secret is left alone by a change that changes nothing', async () => {
    await change(client.secretId, { name: 'Old' });
    const before = await stateOf(registry, client.id);
    for (const body of [{}, { name: 'Old' }, { name: null, expires_in_seconds: null }])
      expect((await change(client.secretId, body)).status).toBe(200);
    expect(await stateOf(registry, client.id)).toEqual(before);
  });

  it('the life of a secret cannot be made longer again', async () => {
    await change(client.secretId, { expires_in_seconds: 60 });
    const before = await stateOf(registry, client.id);
    const answer = await change(client.secretId, { name: 'Longer', expires_in_seconds: DAY });
    expectProblem(answer, 422, 'validation_failed', ['/expires_in_seconds secret_expiry_not_prolonged']);
    expect(await stateOf(registry, client.id)).toEqual(before);
  });

  it.each<[string, object, string[]]>([
    ['an overlap of -1', { overlap_seconds: -1 }, ['/overlap_seconds out_of_range']],
    ['an overlap of 90 days and a second', { overlap_seconds: 7_776_001 }, ['/overlap_seconds out_of_range']],
    ['an overlap in words', { overlap_seconds: '1d' }, ['/overlap_seconds invalid_type']],
    ['half a second of overlap', { overlap_seconds: 0.5 }, ['/overlap_seconds out_of_range']],
    ['no life at all', { expires_in_seconds: 0 }, ['/expires_in_seconds out_of_range']],
    ['a life beyond all bounds', { expires_in_seconds: 1e15 }, ['/expires_in_seconds out_of_range']],
    ['an empty name', { name: '' }, ['/name too_short']],
    ['a blank name', { name: ' ' }, ['/name too_short']],
    ['a name of 129 characters', { name: 'n'.repeat(129) }, ['/name too_long']],
    ['what ignoring it would turn around', { keep_previous_for: 60 }, ['/keep_previous_for unknown_member']],
    ['a secret of its own', { client_secret: 'mine' }, ['/client_secret read_only']],
    [
      'several things at once',
      { name: '', overlap_seconds: -1 },
      ['/name too_short', '/overlap_seconds out_of_range'],
    ],
  ])('no secret begins or ends with a request that has %s', async (_, body, violations) => {
    const before = await stateOf(registry, client.id);
    expectProblem(await make(body), 422, 'validation_failed', violations);
    const ofAChange = violations.filter((line) => !line.startsWith('/overlap'));
    const changed = await change(client.secretId, body);
    expect(changed.status).toBe(422);
    if (ofAChange.length > 0) expect(changed.text).toContain(ofAChange[0]?.split(' ')[1]);
    expect(await stateOf(registry, client.id)).toEqual(before);
  });

  it('a public client has no secret, and none can be made for it', async () => {
    const { body: native } = await calls.create(NATIVE);
    const body = { overlap_seconds: 60 };
    const token = tenant.developer;
    expectProblem(await registry.api.post(secretsOf(native.id), { token, body }), 409, 'conflict');
    expect(await list(native.id)).toEqual([]);
  });

  it.each([
    ["another client's", async () => String((await calls.create(MACHINE)).body.secret_id)],
    ['nobody', () => Promise.resolve(NOBODYS)],
    ['a malformed id', () => Promise.resolve('no-id')],
    ['an ended one', async () => (await make(), client.secretId)],
  ])('a secret is found by its own id only: %s', async (_, secretId) => {
    const id = await secretId();
    const before = await stateOf(registry, client.id);
    expectProblem(await change(id, { name: 'Mine' }), 404, 'not_found');
    expectProblem(await end(id), 404, 'not_found');
    expect(await stateOf(registry, client.id)).toEqual(before);
  });

  it('a secret changes only on the revision that If-Match names', async () => {
    const before = await stateOf(registry, client.id);
    const old = { 'if-match': '"7"' };
    expectProblem(await make({}, old), 412, 'precondition_failed');
    expectProblem(await change(client.secretId, { name: 'New' }, old), 412, 'precondition_failed');
    expectProblem(await end(client.secretId, old), 412, 'precondition_failed');
    expect(await stateOf(registry, client.id)).toEqual(before);
    expect((await change(client.secretId, { name: 'New' }, { 'if-match': '"1"' })).status).toBe(200);
  });

  it('a client has five secrets at the most also when ten are made at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => make({ overlap_seconds: DAY })));
    const statuses = answers.map(({ status }) => String(status)).toSorted();
    expect(statuses.join(' ')).toBe('201 201 201 201 409 409 409 409 409 409');
    const secrets = await list();
    expect(secrets.map(({ status }) => status).toSorted()).toEqual([
      'active',
      ...Array<string>(4).fill('retiring'),
    ]);
  });

  it('the secrets of a client are managed by machines of the project', async () => {
    const { client_id } = await tenant.createClient(MACHINE_WITH_RIGHTS);
    const token = await registry.machine(client_id);
    const made = await registry.api.post<Record<string, unknown>>(secretsOf(), {
      token,
      body: { overlap_seconds: 60 },
    });
    expect(made.status).toBe(201);
    const path = `${secretsOf()}/${client.secretId}`;
    expect((await registry.api.delete(path, { token })).status).toBe(204);
  });

  describe('when it has expired', () => {
    const expiry = () => registry.app.nest.get(SecretExpiry).run();

    it('an expired secret is shown as expired at once, and told once, however many look', async () => {
      await make({ overlap_seconds: DAY });
      await age(client.secretId, '-1 s');
      expect((await list())[1]).toMatchObject({ id: client.secretId, status: 'expired' });
      const modified = (await read()).body.modified;

      await Promise.all([expiry(), expiry(), expiry()]);
      await expiry();
      expect((await list())[1]).toMatchObject({ id: client.secretId, status: 'expired' });
      const [, ...events] = await laterEvents();
      expect(events).toMatchObject([
        {
          action: 'oauth_client.secret_expired',
          secret_id: client.secretId,
          revision: 3,
          changes: {},
          actor: { issuer: 'urn:oauth-client-registry:clock' },
        },
      ]);
      const left = { modified, sync_status: 'synced', secrets_expire_at: null };
      expect((await read()).body).toMatchObject(left);
    });

    it('several expired secrets are each told in a revision of their client', async () => {
      const second = idIn(await make({ overlap_seconds: DAY }));
      await make({ overlap_seconds: DAY });
      await age(client.secretId, '-2 s');
      await age(second, '-1 s');
      await expiry();
      const events = (await laterEvents()).filter(({ action }) => action === 'oauth_client.secret_expired');
      // The events of tests are typed without what few of them have.
      expect(events.map((event) => (event as unknown as { secret_id: string }).secret_id).toSorted()).toEqual(
        [client.secretId, second].toSorted(),
      );
      expect(new Set(events.map(({ revision }) => revision))).toEqual(new Set([4]));
    });

    it('an expired secret leaves the list after 30 days, or by an end', async () => {
      const second = idIn(await make({ overlap_seconds: DAY }));
      await make({ overlap_seconds: DAY });
      await age(client.secretId, '-29 days');
      await age(second, '-1 s');
      await expiry();
      expect((await list()).map(({ status }) => status)).toEqual(['active', 'expired', 'expired']);
      expect((await end(second)).status).toBe(204);
      await registry.database.query(
        `update oauth_client_secrets set expires_at = now() - interval '31 days', revoked_at = now() - interval '31 days'
         where id = $1`,
        [client.secretId],
      );
      expect((await list()).map(({ status }) => status)).toEqual(['active']);
    });
  });

  it('a secret goes with the change of its client to none, and a new one comes with the change back', async () => {
    const { body: web } = await calls.create({
      ...NATIVE,
      token_endpoint_auth_method: 'client_secret_basic',
      redirect_uris: ['https://shop.example.com/cb'],
    });
    await calls.update(web.id, { token_endpoint_auth_method: 'none' });
    expect(await list(web.id)).toEqual([]);
    const { body } = await calls.update(web.id, { token_endpoint_auth_method: 'client_secret_post' });
    expect(await list(web.id)).toMatchObject([{ id: body.secret_id, status: 'active' }]);
  });

  it('a client keeps what was last known of the use of its older secrets', async () => {
    await noteUse(registry.database, client.secretId);
    const used = (await list())[0]?.last_used_at;
    expect(used).not.toBeNull();
    const made = await make();
    expect([made.body['last_used_at'], (await read()).body.last_used_at]).toEqual([used, used]);
    expect((await calls.list()).body.data[0]).toMatchObject({ last_used_at: used });
  });
});
