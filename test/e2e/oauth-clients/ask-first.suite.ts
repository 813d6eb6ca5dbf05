import fc from 'fast-check';
import type { AuditChanges } from '../../../src/audit/audit-event.entity.js';
import type { Effect, EffectCode } from '../../../src/oauth-clients/effects.js';
import type { Advice } from '../../../src/oauth-clients/advice/advice.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Answer } from '../../support/api-client.js';
import { stateOf as stateOfDatabase } from '../../support/database-state.js';
import { ASSIGNABLE_SCOPES, HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { randomSettings } from '../../support/random-settings.js';
import { TestRegistry, type Body, type TestTenant } from '../../support/registry.js';
import { stateOf, WEB } from './support.js';

interface Told {
  readonly dry_run: true;
  readonly changes: AuditChanges;
  readonly effects: readonly Effect[];
  readonly advice: readonly Advice[];
}

interface Call {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Behind the path of the clients; `:id` and `:secret` stand for those of the client. */
  readonly path: string;
  readonly body?: Body;
  /** Whether `If-Match` names a revision that is over. */
  readonly isStale: boolean;
  readonly who: 'admin' | 'developer';
}

const SEED = 18;

/** Members that rules refuse now and then. */
const members: fc.Arbitrary<Body> = randomSettings.map((settings) => ({ ...settings, audiences: [] }));

/** Some of the members of another client, and sometimes what breaks a rule or has no shape. */
const patch: fc.Arbitrary<Body> = fc
  .tuple(
    members,
    fc.subarray([...Array(20).keys()]),
    fc.constantFrom({}, {}, {}, { scopes: ['x y'] }, { name: 7 }),
  )
  .map(([other, kept, wrong]) => {
    const { grant_types: _, ...entries } = other;
    const some = Object.entries(entries).filter((_entry, index) => kept.includes(index));
    return { ...Object.fromEntries(some), ...wrong };
  });

const life = fc.constantFrom({}, { expires_in_seconds: 600 }, { overlap_seconds: 600 }, { name: 'Second' });

const shapes = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ method: fc.constant('PATCH'), path: fc.constant('/:id'), body: patch }),
  },
  { weight: 2, arbitrary: fc.record({ method: fc.constant('POST'), path: fc.constant(''), body: members }) },
  {
    weight: 2,
    arbitrary: fc.record({ method: fc.constant('POST'), path: fc.constant('/:id/secrets'), body: life }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      method: fc.constant('PATCH'),
      path: fc.constant('/:id/secrets/:secret'),
      body: fc.constantFrom(
        {},
        { name: 'Other' },
        { expires_in_seconds: 60 },
        { expires_in_seconds: 90, name: 'X' },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ method: fc.constant('DELETE'), path: fc.constant('/:id/secrets/:secret') }),
  },
  { weight: 1, arbitrary: fc.record({ method: fc.constant('DELETE'), path: fc.constant('/:id/tokens') }) },
  { weight: 1, arbitrary: fc.record({ method: fc.constant('DELETE'), path: fc.constant('/:id') }) },
);

const call = fc
  .tuple(
    shapes,
    fc.record({
      isStale: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
      who: fc.constantFrom('admin', 'admin', 'admin', 'developer'),
    }),
  )
  .map(([shape, rest]) => ({ ...shape, ...rest }) as Call);

/** What is stored, and what Hydra has. */
interface Seen {
  readonly client: Record<string, unknown> | undefined;
  readonly secrets: readonly Record<string, unknown>[];
  readonly events: readonly { readonly changes: AuditChanges }[];
  readonly hydraScopes: readonly string[];
  readonly hydraCalls: number;
}

describe.each(['the embedded server', 'Hydra'])('With %s, whoever asks first', (server) => {
  let registry: TestRegistry;
  let tenant: TestTenant;
  let hydra: HydraRegistry | null = null;

  beforeAll(async () => {
    if (server === 'Hydra') {
      hydra = await HydraRegistry.start();
      ({ registry, tenant } = hydra);
    } else {
      registry = await TestRegistry.start({ ASSIGNABLE_SCOPES });
      tenant = await registry.tenant({ trusted_clients_allowed: true });
    }
  });
  afterAll(() => (hydra ?? registry).stop());

  async function see(id: string): Promise<Seen> {
    const state = await stateOf(registry, id);
    const { client_id } = state.client ?? {};
    const stored = typeof client_id === 'string' ? hydra?.hydra.clients.get(client_id) : undefined;
    return {
      client: state.client,
      // Rows as they are stored, which nothing types.
      secrets: state.secrets as never,
      events: state.events,
      hydraScopes: String(stored?.members.scope ?? '').split(' '),
      hydraCalls: hydra ? hydra.hydra.calls.filter(({ method }) => method !== 'GET').length : 0,
    };
  }

  const isLive = ({ revoked_at, expires_at }: Record<string, unknown>): boolean =>
    revoked_at === null && (expires_at === null || (expires_at as Date).getTime() > Date.now());
  const moved = (one: Seen, other: Seen, column: string): boolean =>
    JSON.stringify(one.client?.[column] ?? null) !== JSON.stringify(other.client?.[column] ?? null);

  /** Which effects can be seen, from what is stored before and after, here and at Hydra. */
  function observed(before: Seen | null, after: Seen): EffectCode[] {
    const nothing: Seen = {
      client: undefined,
      secrets: [],
      events: [],
      hydraScopes: [],
      hydraCalls: after.hydraCalls,
    };
    const was = before ?? nothing;
    const isGone = (after.client?.['deleted_at'] ?? null) !== null;
    const now = new Map(after.secrets.map((secret) => [secret['id'], secret]));
    const endsEarlier = (secret: Record<string, unknown>): boolean => {
      const { revoked_at, expires_at } = now.get(secret['id']) ?? {};
      return revoked_at !== null || String(expires_at) !== String(secret['expires_at']);
    };
    const isChanged = before === null || moved(was, after, 'revision');
    const losesConsent = was.client?.['trusted'] === true && after.client?.['trusted'] === false;
    const lost = was.hydraScopes.filter(
      (scope) => !after.hydraScopes.includes(scope) && scope !== 'registry:none',
    );
    const grants = (after.client?.['grant_types'] ?? []) as string[];
    const seen: [EffectCode, boolean][] = [
      ['secret_is_made', after.secrets.length > was.secrets.length],
      ['secrets_end', was.secrets.filter(isLive).some(endsEarlier)],
      [
        'tokens_end',
        isGone ||
          (before !== null && (moved(was, after, 'tokens_ended_at') || moved(was, after, 'trust_ended_at'))),
      ],
      [
        'pkce_is_turned_on',
        after.client?.['pkce_required'] === true && was.client?.['pkce_required'] !== true,
      ],
      ['authorization_server_is_told', hydra !== null && isChanged],
      ['consent_is_asked_again', !isGone && losesConsent],
      ['client_is_gone_for_good', isGone],
      [
        'refresh_tokens_with_the_scope_end',
        hydra !== null && !isGone && before !== null && lost.length > 0 && grants.includes('refresh_token'),
      ],
    ];
    return seen.flatMap(([code, isSeen]) => (isSeen ? [code] : []));
  }

  async function send(
    { method, path, body, isStale, who }: Call,
    place: { readonly id: string; readonly secret: string },
    query: string,
  ): Promise<Answer> {
    const target = `${tenant.clients}${path}`.replace(':id', place.id).replace(':secret', place.secret);
    // What is new has no state to compare.
    const headers = path === '' ? undefined : { 'if-match': isStale ? '"99"' : '*' };
    return registry.api.call(method, target + query, { token: tenant[who], body, headers });
  }

  /** The same but for what every answer has of its own. */
  const problemOf = ({ status, body }: Answer): unknown => [status, { ...body, request_id: null }];

  const withoutMoments = (changes: AuditChanges): AuditChanges => {
    const { expires_at, ...others } = changes;
    return expires_at ? { ...others, expires_at: { from: null, to: null } } : others;
  };

  it('a dry run is refused as the real call is, or tells just what that does', async () => {
    const counts = { told: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(members, fc.boolean(), call, async (settings, hasTwo, asked) => {
        const made = await registry.api.post<OAuthClientDto>(tenant.clients, {
          token: tenant.admin,
          body: settings,
        });
        expect(made.status).toBe(201);
        const { id } = made.body;
        const token = tenant.admin;
        if (hasTwo && hydra === null && made.body.token_endpoint_auth_method !== 'none')
          await registry.api.post(`${tenant.client(id)}/secrets`, {
            token,
            body: { overlap_seconds: 3_600 },
          });
        const place = { id, secret: made.body.secret_id ?? id };

        const [before, all] = [await see(id), await stateOfDatabase(registry.database)];
        const dry = await send(asked, place, '?dry_run=true');
        expect(await stateOfDatabase(registry.database)).toEqual(all);
        expect(await see(id)).toEqual(before);

        const real = await send(asked, place, '');
        if (dry.status !== 200) {
          counts.refused += 1;
          expect(problemOf(real)).toEqual(problemOf(dry));
          return;
        }
        counts.told += 1;
        expect([200, 201, 204]).toContain(real.status);
        // The call is typed by its real answer.
        const told = dry.body as unknown as Told;
        const isNew = asked.path === '';
        const subject = isNew ? String(real.body['id']) : id;
        const after = await see(subject);
        const earlier = isNew ? 0 : before.events.length;
        const written = after.events[earlier]?.changes ?? {};
        expect(withoutMoments(told.changes)).toEqual(withoutMoments(written));
        expect(told.effects.map(({ code }) => code).toSorted()).toEqual(
          observed(isNew ? null : before, after).toSorted(),
        );
        if (asked.path === '/:id' && asked.method === 'DELETE') return;
        const { body: shown } = await registry.api.get<OAuthClientDto>(tenant.client(subject), { token });
        expect(told.advice).toEqual(shown.advice);
      }),
      { seed: SEED, numRuns: server === 'Hydra' ? 120 : 250 },
    );
    expect(counts.told).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(10);
  }, 120_000);

  it('the dry_run parameter may say nothing but true', async () => {
    for (const value of ['false', '1', '', 'TRUE', 'true&dry_run=true']) {
      const answer = await registry.api.delete(`${tenant.clients}/${tenant.projectId}?dry_run=${value}`, {
        token: tenant.admin,
      });
      // A client that is not there is found out first.
      expect(answer.status).toBe(404);
      const create = await registry.api.post<Body>(`${tenant.clients}?dry_run=${value}`, {
        token: tenant.admin,
        body: WEB,
      });
      expect([create.status, create.body['code']]).toEqual([400, 'bad_request']);
    }
  });

  it('a dry run of a POST answers what would be set, and no Location', async () => {
    const body = { ...WEB, token_endpoint_auth_method: 'none' };
    const answer = await registry.api.post(`${tenant.clients}?dry_run=true`, { token: tenant.admin, body });
    expect(answer.body).toMatchObject({ dry_run: true, changes: { name: { from: null, to: 'Web' } } });
    expect(answer.headers.get('location')).toBeNull();
  });
});
