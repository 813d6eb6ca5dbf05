import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { LossWatch } from '../../../src/hydra/drift/loss-watch.js';
import { LEASE_MOST_URGENT, LEASE_NEXT_PROJECT } from '../../../src/oauth-clients/writes/sync.statements.js';
import { fault, moment } from '../../support/hydra/faults.js';
import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';
import { MACHINE_CLIENT, type Body } from '../../support/registry.js';

let setup: HydraRegistry;

const patch = async (client: OAuthClientDto, body: Body): Promise<OAuthClientDto> => {
  const options = { token: setup.tenant.admin, body };
  const answer = await setup.registry.api.patch<OAuthClientDto>(setup.tenant.client(client.id), options);
  expect(answer.status).toBe(200);
  return answer.body;
};

/** The methods of what Hydra was asked since this was asked last, about clients. */
function calls(): string[] {
  const asked = setup.hydra.calls.splice(0).filter(({ clientId }) => clientId !== null);
  return asked.map(({ method, body }) =>
    body.includes('/client_secret') ? `${method} with a secret` : method,
  );
}

/** Nobody else looks for clients in Hydra from now on. */
const countOnlyOurs = () => setup.registry.app.nest.get(LossWatch).beforeApplicationShutdown();

const membersOf = ({ client_id: id }: OAuthClientDto) =>
  setup.hydra.clients.get(id)?.members as { metadata: Record<string, Body> } & Body;

/** As somebody with access to Hydra does it. */
async function edit({ client_id: id }: OAuthClientDto, changes: Body): Promise<void> {
  const { client_secret: _, ...stored } = membersOf({ client_id: id } as OAuthClientDto);
  const answer = await fetch(`${setup.hydra.adminUrl}/admin/clients/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...stored, ...changes }),
  });
  expect(answer.status).toBe(200);
  setup.hydra.calls.length = 0;
}

/** Until nothing is due, so that changes need not wait for a turn. */
async function untilIdle(): Promise<void> {
  const query = `select from oauth_clients where synced_revision < revision or lease_token is not null`;
  while ((await setup.registry.database.query(query)).rowCount !== 0) await sleep(20);
  // The one that found nothing more to do is about to say so.
  await sleep(50);
}

/** Until so many clients for which the condition holds have a change that Hydra does not have. */
async function untilUnsynced(condition: string, values: readonly string[], count = 1): Promise<void> {
  const query = `select from oauth_clients c where synced_revision < revision and ${condition}`;
  while ((await setup.registry.database.query(query, [...values])).rowCount !== count) await sleep(5);
}

/** The statements of turns that ran meanwhile. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  const spies = [LEASE_MOST_URGENT, LEASE_NEXT_PROJECT].map((statement) => jest.spyOn(statement, 'row'));
  await work();
  const count = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return count;
}

describe('a change of a client that nothing waits before', () => {
  beforeAll(async () => {
    setup = await HydraRegistry.start();
    await countOnlyOurs();
  });
  afterAll(() => setup.stop());

  it('a change of a client that nothing waits before costs Hydra a look and a write, and the database no turn', async () => {
    const client = await setup.tenant.createClient();
    let turns = 1;
    // Once a second it is looked whether something is due by time alone.
    for (let tries = 0; turns > 0 && tries < 10; tries++) {
      await untilIdle();
      calls();
      turns = await turnsDuring(() => patch(client, { name: `Name ${tries}` }));
      expect(calls()).toEqual(['GET', 'PATCH']);
    }
    expect(turns).toBe(0);
    const { rows } = await setup.registry.database.query(
      'select lease_token, lease_expires_at from oauth_clients where id = $1',
      [client.id],
    );
    expect(rows).toEqual([{ lease_token: null, lease_expires_at: null }]);
  });

  it('a change of a client waits its turn while an attempt for the same client is under way', async () => {
    const client = await setup.tenant.createClient();
    await untilIdle();
    calls();
    const { come, letCome } = moment();
    setup.hydra.faults = () => fault.held(come);
    const firstOne = patch(client, { name: 'First' });
    while (setup.hydra.calls.length === 0) await sleep(5);
    const secondOne = patch(client, { description: 'Second' });
    await untilUnsynced('c.id = $1 and revision = 3', [client.id]);
    letCome();
    const [first, second] = await Promise.all([firstOne, secondOne]);
    setup.hydra.faults = () => null;
    expect([first.sync_status, second.sync_status]).toEqual(['synced', 'synced']);
    expect(calls()).toEqual(['GET', 'PATCH', 'GET', 'PATCH']);
    expect(membersOf(client).metadata['oauth_client_registry']).toMatchObject({ revision: 3 });
  });

  it('a change of a client takes no place from what is due: once something waits, all take turns', async () => {
    const other = await setup.registry.tenant();
    const clients: OAuthClientDto[] = [];
    for (let i = 0; i < 30; i++) clients.push(await setup.tenant.createClient({ name: `Client ${i}` }));
    const { id, client_id: theirs } = await other.createClient();
    await untilIdle();
    calls();
    const { come, letCome } = moment();
    setup.hydra.faults = () => fault.held(come);
    const flood = clients.map((client) => patch(client, { name: 'Flood' }));
    const options = { token: other.admin, body: { name: 'Quiet' } };
    const quiet = setup.registry.api.patch(other.client(id), options);
    await untilUnsynced('true', [], clients.length + 1);
    letCome();
    await Promise.all([...flood, quiet]);
    await untilIdle();
    const written = setup.hydra.calls.filter(({ method }) => method === 'PATCH');
    // Those that were under way, and those of the same turn.
    expect(written.findIndex(({ clientId }) => clientId === theirs)).toBeLessThan(20);
    setup.hydra.faults = () => null;
  });
});

describe('a change of a client of the token gate', () => {
  beforeAll(async () => {
    const hydra = await HydraStandIn.start();
    setup = await HydraRegistry.start({ TOKEN_GATE: 'enabled', HYDRA_PUBLIC_URL: hydra.publicUrl });
    await hydra.stop();
    await countOnlyOurs();
  });
  afterAll(() => setup.stop());

  const secretOf = ({ client_id: id }: OAuthClientDto): string | undefined =>
    setup.hydra.clients.get(id)?.secret;

  it('a change of a client of the token gate costs Hydra one call, without a secret', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const secret = secretOf(client);
    calls();
    expect((await patch(client, { name: 'Renamed' })).sync_status).toBe('synced');
    expect(calls()).toEqual(['PATCH']);
    expect((await patch(client, { enabled: false })).sync_status).toBe('synced');
    expect((await patch(client, { enabled: true })).sync_status).toBe('synced');
    expect(calls().filter((call) => call.startsWith('PATCH'))).toEqual(['PATCH', 'PATCH']);
    expect(secretOf(client)).toBe(secret);
    expect(membersOf(client)).toMatchObject({
      client_name: 'Renamed',
      grant_types: ['client_credentials'],
      metadata: { oauth_client_registry: { mode: 'gate', revision: 4, grant_types: [] } },
    });
  });

  it('a change of a client of the token gate brings the secret too where Hydra has lost its mark', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const secret = secretOf(client);
    await edit(client, { client_secret: 'somebody-elses', metadata: { plan: 'pro' } });
    expect((await patch(client, { name: 'Renamed' })).sync_status).toBe('synced');
    expect(calls()).toEqual(['PATCH', 'PATCH with a secret']);
    expect(secretOf(client)).toBe(secret);
    expect(membersOf(client).metadata).toMatchObject({
      plan: 'pro',
      oauth_client_registry: { mode: 'gate', revision: 2 },
    });
  });

  it('a change of a client of the token gate brings the secret too where Hydra has another credential again', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const secret = secretOf(client);
    const mark = membersOf(client).metadata['oauth_client_registry'];
    const metadata = { oauth_client_registry: { ...mark, mode: 'direct', key: null } };
    await edit(client, { client_secret: 'the-one-of-before', metadata });
    expect((await patch(client, { name: 'Renamed' })).sync_status).toBe('synced');
    expect(calls()).toEqual(['PATCH', 'PATCH with a secret']);
    expect(secretOf(client)).toBe(secret);
  });

  it('a change of a client of the token gate makes it again, with its secret, where Hydra has lost it', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const secret = secretOf(client);
    await fetch(`${setup.hydra.adminUrl}/admin/clients/${client.client_id}`, { method: 'DELETE' });
    expect((await patch(client, { name: 'Renamed' })).sync_status).toBe('synced');
    expect(secretOf(client)).toBe(secret);
  });

  it('a change looks first where the registry has not what this process told Hydra last, as after a restore', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    await patch(client, { name: 'Renamed' });
    await patch(client, { name: 'Renamed again' });
    await setup.registry.database.query(
      'update oauth_clients set revision = 1, synced_revision = 1 where id = $1',
      [client.id],
    );
    calls();
    const held = await patch(client, { name: 'After the restore' });
    expect(calls()).toEqual(['GET']);
    expect(held.sync_status).toBe('pending');
  });

  it('a change is held where Hydra names a secret that the registry does not know, also at the same revision', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const path = `${setup.tenant.client(client.id)}/secrets`;
    await setup.registry.api.post(path, { token: setup.tenant.admin });
    // As a backup from before the new secret has it.
    await setup.registry.database.query(
      `with gone as (delete from oauth_client_secrets where oauth_client_id = $1 and revoked_at is null)
       update oauth_clients set revision = 1, synced_revision = 1 where id = $1`,
      [client.id],
    );
    await setup.registry.database.query(
      'update oauth_client_secrets set revoked_at = null, retired_at = null where oauth_client_id = $1',
      [client.id],
    );
    calls();
    await patch(client, { name: 'After the restore' });
    expect(calls()).toEqual(['GET']);
    const { rows } = await setup.registry.database.query<{ doubt: string }>(
      'select doubt from oauth_clients where id = $1',
      [client.id],
    );
    expect(rows).toEqual([{ doubt: 'raised' }]);
  });
});
