import { createHash } from 'node:crypto';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Answer } from '../../support/api-client.js';
import type { TestTenant } from '../../support/registry.js';
import { ClientCalls, MACHINE, stateOf } from '../oauth-clients/support.js';
import { useRegistry } from '../../support/use-registry.js';

const PAIRS = 100;
/** Pairs under way together: more requests than the service has connections to its database. */
const AT_ONCE = 10;

interface Party {
  readonly tenant: TestTenant;
  readonly calls: ClientCalls;
  /** What this party has made: the name that it gave, and the secret that it was shown last, by client. */
  readonly made: Map<string, { name: string; secret: string }>;
}

describe('Two tenants that change their clients at the same time', () => {
  const { registry } = useRegistry();
  let parties: readonly [Party, Party];

  beforeAll(async () => {
    parties = [await join(), await join()];
    for (let first = 1; first <= PAIRS; first += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => pair(first + index)));
    }
  });

  async function join(): Promise<Party> {
    const tenant = await registry.tenant();
    return { tenant, calls: new ClientCalls(registry, tenant, tenant.admin), made: new Map() };
  }

  /** The same calls on both sides at once, and each side tries the other's client too. */
  async function pair(number: number): Promise<void> {
    const [one, two] = parties;
    const [ofOne, ofTwo] = await Promise.all([create(one), create(two)]);
    await Promise.all([
      change(one, ofOne, `One ${number}`),
      change(two, ofTwo, `Two ${number}`),
      expectStatus(404, one.calls.update(ofTwo, { name: 'Taken by one' })),
      expectStatus(404, two.calls.rotate(ofOne)),
    ]);
  }

  it.each([0, 1] as const)(
    'changes of two tenants at the same time leave tenant %i its own clients, values, secrets and events',
    async (index) => {
      const { tenant, made } = parties[index];
      expect(await idsOf('oauth_clients', 'id', tenant)).toEqual([...made.keys()].toSorted());
      expect(await idsOf('audit_events', 'oauth_client_id', tenant)).toEqual([...made.keys()].toSorted());
      for (const [id, { name, secret }] of made) {
        const { client, secrets, events } = await stateOf(registry, id);
        expect(client).toMatchObject({ name, description: name, scopes: [], revision: 3 });
        const alive = secrets.filter(({ revoked_at }) => revoked_at === null);
        expect(alive.map(({ hash }) => hash)).toEqual([createHash('sha256').update(secret).digest()]);
        expect(events).toMatchObject(historyOf(tenant, name));
      }
    },
  );

  async function idsOf(table: string, column: string, { organizationId }: TestTenant): Promise<string[]> {
    const { rows } = await registry.database.query<{ id: string }>(
      `select distinct ${column}::text as id from ${table} where organization_id = $1 and ${column} is not null order by 1`,
      [organizationId],
    );
    return rows.map(({ id }) => id);
  }
});

async function create({ calls }: Party): Promise<string> {
  return (await expectStatus(201, calls.create(MACHINE))).id;
}

async function change({ calls, made }: Party, id: string, name: string): Promise<void> {
  await expectStatus(200, calls.update(id, { name, description: name }));
  const { client_secret: secret } = await expectStatus(201, calls.rotate(id));
  made.set(id, { name, secret: secret ?? '' });
}

function historyOf({ organizationId, projectId, people }: TestTenant, name: string): object[] {
  const event = {
    organization_id: organizationId,
    project_id: projectId,
    actor: { subject: people.admin },
  };
  const changes = { name: { from: MACHINE.name, to: name }, description: { from: null, to: name } };
  return [
    { ...event, action: 'oauth_client.created', revision: 1 },
    { ...event, action: 'oauth_client.updated', revision: 2, changes },
    { ...event, action: 'oauth_client.secret_created', revision: 3, changes: {} },
  ];
}

async function expectStatus(status: number, call: Promise<Answer<OAuthClientDto>>): Promise<OAuthClientDto> {
  const answer = await call;
  expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
  return answer.body;
}
