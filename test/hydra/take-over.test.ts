import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isEmpty } from '../../src/hydra/admin-api/hydra-defaults.js';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import { runCommand } from '../e2e/drift-and-import/command-process.js';
import type { Reported } from '../e2e/drift-and-import/import-scene.js';
import { authenticates } from '../faults/hydra-target.js';
import { compareAll } from '../support/hydra/compare-all.js';
import { hydraSettings } from '../support/hydra/hydra-registry.js';
import { TestRegistry, type TestTenant } from '../support/registry.js';
import { restorableHydras, type RestorableHydra } from './restorable-hydra.js';
import { LISTED_FOR_VARIED, variedClients, type VariedClient } from './varied-clients.js';

const COUNT = 200;
/** Clients that are looked after at the same time. */
const AT_ONCE = 4;
const SEED = Number(process.env['TAKE_OVER_SEED'] ?? 1);
const MINUTES = 60_000;

type Members = Readonly<Record<string, unknown>>;

/** What an import is about, and what Hydra decides. */
const EXPECTED_TO_MOVE = ['owner', 'updated_at'];
const MARK = 'oauth_client_registry';
const REPEATED_BY = `(TAKE_OVER_SEED=${SEED})`;

describe.each(restorableHydras())(`${COUNT} varied clients of $name ${REPEATED_BY}`, ({ start }) => {
  const run = randomUUID().slice(0, 8);
  const clients = variedClients(COUNT, SEED, run);
  const expressible = clients.filter(({ isInexpressible }) => !isInexpressible);
  let hydra: RestorableHydra;
  let registry: TestRegistry;
  let tenant: TestTenant;
  let reports: ReadonlyMap<string, Reported>;
  let before: ReadonlyMap<string, Members>;
  let ids: ReadonlyMap<string, string>;

  beforeAll(async () => {
    hydra = await start();
    registry = await TestRegistry.start({ ...hydraSettings(hydra.adminUrl), ...LISTED_FOR_VARIED });
    tenant = await registry.tenant({ trusted_clients_allowed: true });
    await eachOf(clients, ({ members }) => call('POST', '/admin/clients', { ...members, owner: run }));
    before = await inHydra(clients);
    reports = await takeOver();
    await settled();
    const { rows } = await registry.database.query<{ id: string; client_id: string }>(
      'select id, client_id from oauth_clients',
    );
    ids = new Map(rows.map((row) => [row.client_id, row.id]));
  }, 5 * MINUTES);

  afterAll(async () => {
    await registry.stop();
    await eachOf(clients, ({ members }) =>
      fetch(hydra.adminUrl + pathOf(members.client_id), { method: 'DELETE' }),
    );
    await hydra.stop();
  }, MINUTES);

  async function call(method: string, path: string, body?: unknown): Promise<Members> {
    const init = { method, body: body === undefined ? null : JSON.stringify(body) };
    const response = await fetch(hydra.adminUrl + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Members);
  }

  async function inHydra(some: readonly VariedClient[]): Promise<Map<string, Members>> {
    const found = new Map<string, Members>();
    await eachOf(
      some,
      async ({ members: { client_id: id } }) => void found.set(id, await call('GET', pathOf(id))),
    );
    return found;
  }

  async function takeOver(): Promise<Map<string, Reported>> {
    const project = ['--organization', tenant.organizationId, '--project', tenant.projectId];
    const args = [...project, '--owner', run, '--any-client-id', '--json'];
    const { lines } = await runCommand('hydra-import', { hydra, registry }, { args, env: LISTED_FOR_VARIED });
    return new Map(
      lines.map((line) => JSON.parse(line) as Reported).map((report) => [report.client_id, report]),
    );
  }

  /** Every client is in Hydra, which has nothing against any of them. */
  async function settled(): Promise<void> {
    const open = 'select from oauth_clients where synced_revision < revision and sync_problem is null';
    while (((await registry.database.query(open)).rowCount ?? 0) > 0) await sleep(50);
    const { rows } = await registry.database.query(
      `select client_id, sync_problem from oauth_clients where sync_problem ->> 'code' <> 'secret_lost'`,
    );
    expect(rows).toEqual([]);
  }

  /**
   * Comparisons of all, as if the last change had been a while ago, and what follows from them by itself, until what is wrong in
   * Hydra is put right: what is just being brought there is not compared.
   */
  async function compareUntil(isRight: () => Promise<boolean>): Promise<void> {
    do {
      await registry.database.query(
        `update oauth_clients set synced_at = synced_at - interval '1 minute', sync_verify_at = null`,
      );
      await compareAll(registry);
      await settled();
    } while (!(await isRight()));
  }

  /** The clients with a secret that Hydra does not take. */
  async function lockedOut(some: readonly VariedClient[]): Promise<string[]> {
    const found: string[] = [];
    await eachOf(some, async ({ members: { client_id: clientId }, secret, method }) => {
      if (secret !== null && !(await authenticates(hydra.publicUrl, { clientId, secret, method })))
        found.push(clientId);
    });
    return found;
  }

  /** What is not in Hydra as it was, and was neither named by the report nor foreseen. */
  function unnamed(
    now: ReadonlyMap<string, Members>,
    was: ReadonlyMap<string, Members>,
    foreseen: string[] = [],
  ) {
    return [...now].flatMap(([id, client]) => {
      const named = new Set([
        ...EXPECTED_TO_MOVE,
        ...foreseen,
        ...(reports.get(id)?.changes ?? []).map(({ member }) => member),
      ]);
      return differing(was.get(id) ?? {}, client)
        .filter((member) => !named.has(member))
        .map((member) => [id, member, was.get(id)?.[member], client[member]]);
    });
  }

  it('varied clients are taken over, all but those with grants, methods or response types that nothing stands for', () => {
    const outcomes = Object.fromEntries([...reports].map(([id, { outcome }]) => [id, outcome]));
    const expected = clients.map(({ members, isInexpressible }) => [
      members.client_id,
      isInexpressible ? 'refused' : 'imported',
    ]);
    expect(outcomes).toEqual(Object.fromEntries(expected));
    expect(expressible.length).toBeGreaterThan(COUNT / 2);
    expect(expressible.length).toBeLessThan(COUNT);
  });

  it(
    'clients that are taken over lose nothing that the report does not name, nor their secrets',
    async () => {
      const now = await inHydra(clients);
      expect(unnamed(now, before)).toEqual([]);
      for (const { members } of clients.filter(({ isInexpressible }) => isInexpressible))
        expect(now.get(members.client_id)).toEqual(before.get(members.client_id));
      expect(await lockedOut(expressible)).toEqual([]);
    },
    MINUTES,
  );

  it(
    'clients that are taken over can be edited, whatever rules they break, and keep the rest',
    async () => {
      const was = await inHydra(expressible);
      await eachOf(expressible, async ({ members }) => {
        const path = tenant.client(String(ids.get(members.client_id)));
        const { admin: token } = tenant;
        const { redirect_uris } = (await registry.api.get<OAuthClientDto>(path, { token })).body;
        const body = { name: 'Edited', redirect_uris: [...redirect_uris, 'https://added.example.com/cb'] };
        const answer = await registry.api.patch<{ errors?: unknown }>(path, { token, body });
        expect([members.client_id, answer.status, answer.body.errors]).toEqual([
          members.client_id,
          200,
          undefined,
        ]);
      });
      await settled();
      // The origins of its redirect URIs go with those of a client without a secret.
      const foreseen = ['client_name', 'redirect_uris', 'allowed_cors_origins'];
      expect(unnamed(await inHydra(expressible), was, foreseen)).toEqual([]);
      expect(await lockedOut(expressible)).toEqual([]);
    },
    3 * MINUTES,
  );

  it(
    'clients that are taken over keep it all when a comparison puts right what somebody has changed in Hydra',
    async () => {
      const was = await inHydra(expressible);
      await eachOf(expressible, ({ members }) =>
        call('PATCH', pathOf(members.client_id), [
          { op: 'replace', path: '/client_name', value: 'In Hydra' },
        ]),
      );
      await compareUntil(async () =>
        [...(await inHydra(expressible)).values()].every(({ client_name: name }) => name !== 'In Hydra'),
      );
      expect(unnamed(await inHydra(expressible), was)).toEqual([]);
      expect(await lockedOut(expressible)).toEqual([]);
    },
    3 * MINUTES,
  );

  it(
    'clients that are taken over come back with what an operator had set, when Hydra loses them',
    async () => {
      const some = expressible.slice(0, 20);
      const was = await inHydra(some);
      await eachOf(some, ({ members }) => call('DELETE', pathOf(members.client_id)));
      const isBack = async ({ members }: VariedClient): Promise<boolean> =>
        (await fetch(hydra.adminUrl + pathOf(members.client_id))).ok;
      await compareUntil(async () => (await Promise.all(some.map(isBack))).every(Boolean));
      expect(unnamed(await inHydra(some), was, ['created_at'])).toEqual([]);
    },
    MINUTES,
  );
});

const pathOf = (clientId: string): string => `/admin/clients/${encodeURIComponent(clientId)}`;

/** Members that differ, those of the metadata one by one, and without the registry's mark. */
function differing(was: Members, is: Members): string[] {
  const [before, now] = [opened(was), opened(is)];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => !isAlike(name, before[name], now[name]),
  );
}

function opened({ metadata, ...members }: Members): Record<string, unknown> {
  const own = Object.entries((metadata ?? {}) as object).filter(([name]) => name !== MARK);
  return { ...members, ...Object.fromEntries(own.map(([name, value]) => [`metadata.${name}`, value])) };
}

/** Nothing may be said in several ways, and Hydra takes empty lists for the code flow. */
function isAlike(name: string, before: unknown, now: unknown): boolean {
  if (isDeepStrictEqual(before, now) || (isEmpty(before) && isEmpty(now))) return true;
  const meant: Record<string, unknown> = { grant_types: ['authorization_code'], response_types: ['code'] };
  return isEmpty(before) && isDeepStrictEqual(now, meant[name]);
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
