import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { fault } from '../../support/hydra/faults.js';
import { MACHINE_CLIENT, type Body } from '../../support/registry.js';
import { useHydraRegistry } from '../../support/use-registry.js';
import { DriftScene } from './drift-scene.js';
import { HydraEdits } from './hydra-edits.js';

const setup = useHydraRegistry({}, { perTest: true });

const send = async (method: 'patch' | 'delete', path: string, body?: Body): Promise<void> => {
  const { status } = await setup.registry.api[method](path, { token: setup.tenant.admin, body });
  expect([200, 204]).toContain(status);
};
const change = ({ id }: OAuthClientDto, body: Body) => send('patch', setup.tenant.client(id), body);

/** What ends the tokens of a client that was trusted. */
const ENDS: Readonly<Record<string, (client: OAuthClientDto) => Promise<void>>> = {
  'by hand': ({ id }) => send('delete', `${setup.tenant.client(id)}/tokens`),
  'while it was disabled': async (client) => {
    await change(client, { enabled: false });
    await change(client, { enabled: true });
  },
  'with the trust in it': (client) => change(client, { trusted: false }),
};

/** A client, and a token that it was issued. */
interface InUse {
  readonly client: OAuthClientDto;
  readonly token: string;
}

async function inUse(): Promise<InUse> {
  const client = await setup.tenant.createClient({ ...MACHINE_CLIENT, trusted: true });
  const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64');
  const response = await fetch(`${setup.hydra.publicUrl}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return { client, token };
}

async function isActive({ token }: InUse): Promise<unknown> {
  const body = new URLSearchParams({ token });
  const response = await fetch(`${setup.hydra.adminUrl}/admin/oauth2/introspect`, { method: 'POST', body });
  return ((await response.json()) as { active: unknown }).active;
}

/** Copies all of Hydra. @returns what puts it back, a while after that */
function backUp(): () => Promise<void> {
  const [clients, restoreTokens] = [setup.hydra.backup(), setup.hydra.backUpAccessTokens()];
  return async () => {
    setup.hydra.restore(clients);
    restoreTokens();
    // Moments of Hydra count by the second.
    await setup.registry.database.query(
      `update oauth_clients set server_updated_at = server_updated_at + interval '2 s'`,
    );
  };
}

const endsOf = ({ client }: InUse): number =>
  setup.hydra.calls.filter(
    ({ path, clientId }) => path === '/admin/oauth2/tokens' && clientId === client.client_id,
  ).length;

async function untilSynced(): Promise<void> {
  while ((await new DriftScene(setup).unsynced()) > 0) await sleep(20);
}

/** As if all of it had been a while ago: what has just been brought to Hydra is not compared. */
const letTimePass = (): Promise<unknown> =>
  setup.registry.database.query(
    `update oauth_clients set ${['synced_at', 'tokens_ended_at', 'trust_ended_at']
      .map((moment) => `${moment} = ${moment} - interval '1 minute'`)
      .join(', ')}`,
  );

async function compare(): Promise<void> {
  await letTimePass();
  await new DriftScene(setup).compare();
  await untilSynced();
}

describe.each(Object.entries(ENDS))('tokens of a client that were ended %s', (how, end) => {
  it(`tokens of a client that were ended ${how} end again once a restore of Hydra has brought them back`, async () => {
    const use = await inUse();
    const restore = backUp();
    await end(use.client);
    await untilSynced();
    expect(await isActive(use)).toBe(false);
    await restore();
    expect(await isActive(use)).toBe(true);

    await compare();
    expect(await isActive(use)).toBe(false);
    const ends = endsOf(use);
    await compare();
    expect(endsOf(use)).toBe(ends);
  });

  it(`tokens of a client that were ended ${how} end again where a change comes before the restore is noticed`, async () => {
    const use = await inUse();
    const restore = backUp();
    await end(use.client);
    await untilSynced();
    await restore();

    await change(use.client, { name: 'Renamed' });
    await untilSynced();
    expect(await isActive(use)).toBe(false);
  });
});

it('tokens that a restore of Hydra has brought back end however often Hydra fails at it', async () => {
  const use = await inUse();
  const restore = backUp();
  await ENDS['by hand']?.(use.client);
  await restore();
  let failures = 0;
  setup.hydra.faults = ({ path }) =>
    path === '/admin/oauth2/tokens' && failures++ < 2 ? fault.statusBefore(500) : null;

  await compare();
  expect([failures, await isActive(use)]).toEqual([3, false]);
});

it('tokens of a client that were never ended are left alone after a restore of Hydra', async () => {
  const use = await inUse();
  const restore = backUp();
  await change(use.client, { name: 'Renamed' });
  await restore();

  await compare();
  expect([endsOf(use), await isActive(use)]).toEqual([0, true]);
});

it('tokens of a client are left alone when an operator has written it in Hydra, whatever was ended before', async () => {
  const use = await inUse();
  await ENDS['by hand']?.(use.client);
  const ends = endsOf(use);
  await new HydraEdits(setup).change(use.client.client_id, { metadata: undefined, client_name: 'Operated' });

  await compare();
  expect(endsOf(use)).toBe(ends);
});
