import type { ProblemDto } from '../../../src/problem-details/problem.dto.js';
import type { Answer } from '../../support/api-client.js';
import { CALLBACK, expectProblem, expectRefusedUpdate, MACHINE, stateOf, WEB } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

/** Nothing in it is a default. */
const FULL = {
  name: 'Full',
  description: 'Everything is set',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'client_credentials'],
  scopes: ['openid'],
  trusted: true,
  enabled: false,
  token_endpoint_auth_method: 'client_secret_post',
  pkce_required: true,
  pkce_challenge_method: 'plain',
};
const MEMBERS = Object.keys(FULL);
const OPTIONAL = MEMBERS.filter((member) => member !== 'name' && member !== 'grant_types');
const nulls = (members: readonly string[]): object =>
  Object.fromEntries(members.map((member) => [member, null]));

const READ_ONLY = {
  id: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f',
  client_id: '5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10',
  organization_id: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f',
  project_id: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f',
  created: '2026-11-23T09:30:00.000Z',
  modified: '2026-11-23T09:30:00.000Z',
  client_secret: 'ocs_mine',
  sync_status: 'synced',
  sync_problem: { code: 'x', detail: 'x' },
};

/** What other APIs and generated code call a member, and the member. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  client_name: 'name',
  clientName: 'name',
  Name: 'name',
  redirectUris: 'redirect_uris',
  redirect_uri: 'redirect_uris',
  scope: 'scopes',
  grantTypes: 'grant_types',
  response_types: 'grant_types',
  skip_consent: 'trusted',
  skipConsent: 'trusted',
  'token-endpoint-auth-method': 'token_endpoint_auth_method',
  code_challenge_method: 'pkce_challenge_method',
  audience: 'audiences',
  client_credentials_grant_access_token_lifespan: 'access_token_lifetime',
};

const UNKNOWN = ['nam', 'Name', 'redirectUris', 'revision', 'constructor', 'toString', 'a/b', 'a~b', ''];

describe('Members of a request', () => {
  const { registry, tenant, calls } = useRegistry({}, { tenant: { trusted_clients_allowed: true } });
  /** For the refused calls, which leave it as it is. */
  let id: string;

  beforeAll(async () => {
    id = (await calls.create(FULL)).body.id;
  });

  describe('when null: the same as absent', () => {
    it.each([...MEMBERS, 'all of them'])(
      'null on PATCH is the same as an absent member: %s',
      async (member) => {
        const before = await stateOf(registry, id);
        const answer = await calls.update(id, nulls(member === 'all of them' ? MEMBERS : [member]));
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject(FULL);
        expect(await stateOf(registry, id)).toEqual(before);
      },
    );

    it('null on PATCH is the same as absent beside a member that is given, which alone changes', async () => {
      const { body: client } = await calls.create(FULL);
      const { body } = await calls.update(client.id, { ...nulls(MEMBERS), name: 'Other' });
      expect(body).toEqual({
        ...client,
        name: 'Other',
        client_secret: null,
        secret_id: null,
        modified: body.modified,
      });
    });

    it.each(OPTIONAL)('null on POST is the same as an absent member: %s', async (member) => {
      const without = await calls.create(MACHINE);
      const withNull = await calls.create({ ...MACHINE, [member]: null });
      expect(withNull.status).toBe(201);
      expect(ownMembers(withNull)).toEqual(ownMembers(without));
    });

    it.each(['name', 'grant_types'])(
      'null on POST is the same as absent for %s, which is required',
      async (member) => {
        const answer = await calls.create({ ...MACHINE, [member]: null });
        expectProblem(answer, 422, 'validation_failed', [`/${member} required`]);
      },
    );
  });

  /** Sent to both calls: each must answer with exactly these violations and change nothing. */
  async function expectRefusedByBoth(members: object, violations: readonly string[]): Promise<void> {
    await expectRefusedUpdate(registry, calls, id, members, violations);
    expectProblem(await calls.create({ ...WEB, ...members }), 422, 'validation_failed', violations);
  }

  describe('when read-only', () => {
    it.each(Object.entries(READ_ONLY))(
      'a read-only member is refused by name on POST: %s',
      async (member, value) => {
        const answer = await calls.create({ ...WEB, [member]: value });
        expectProblem(answer, 422, 'validation_failed', [`/${member} read_only`]);
      },
    );

    it('read-only members are taken back on PATCH as they were read, with the rest of the client', async () => {
      const { body } = await calls.get(id);
      const before = await stateOf(registry, id);
      expect(await calls.update(id, body)).toMatchObject({ status: 200, body });
      expect(await stateOf(registry, id)).toEqual(before);
    });

    it('read-only members are not taken on PATCH, beside a change that is', async () => {
      const { body: client } = await calls.create(WEB);
      const { body: read } = await calls.get(client.id);
      const sent = {
        ...read,
        description: 'Another one',
        created: client.created.replace('Z', '+00:00'),
        modified: '2001-01-01T00:00:00Z',
        sync_status: 'failed',
        sync_problem: { code: 'x', detail: 'y' },
      };
      const answer = await calls.update(client.id, sent);
      expect(answer).toMatchObject({
        status: 200,
        body: { ...read, description: 'Another one', modified: expect.stringMatching(/^20[2-9]/) as string },
      });
      const { events } = await stateOf(registry, client.id);
      expect(events.at(-1)?.changes).toEqual({ description: { from: null, to: 'Another one' } });
    });

    it.each(['id', 'client_id', 'project_id', 'created', 'client_secret'] as const)(
      'a read-only member is refused on PATCH with another value than the client has: %s',
      (member) =>
        expectRefusedUpdate(registry, calls, id, { [member]: READ_ONLY[member] }, [
          `/${member} read_only_changed`,
        ]),
    );

    it('read-only members are refused on PATCH when they are not of their shape', () =>
      expectRefusedUpdate(
        registry,
        calls,
        id,
        { id: 1, created: 'today', modified: 5, sync_status: 'gone', sync_problem: 'x', client_secret: '' },
        [
          '/id invalid_type',
          '/created invalid_type',
          '/modified invalid_type',
          '/client_secret read_only_changed',
          '/sync_status not_allowed',
          '/sync_problem invalid_type',
        ],
      ));

    it('a read-only member is refused on POST and PATCH where no answer about a client has it', () =>
      expectRefusedByBoth({ organization_id: READ_ONLY.organization_id }, ['/organization_id read_only']));
  });

  describe('when unknown: refused by name', () => {
    const pointerOf = (member: string): string =>
      `/${member.replaceAll('~', '~0').replaceAll('/', '~1')} unknown_member`;

    it.each(UNKNOWN)('an unknown member is refused by its name, with null too: "%s"', async (member) => {
      for (const value of ['x', null]) await expectRefusedByBoth({ [member]: value }, [pointerOf(member)]);
    });

    it('"__proto__" is refused by its name and poisons nothing', async () => {
      const raw = '{"__proto__": {"trusted": true}, "name": "x"}';
      const answer = await registry.api.patch(tenant.client(id), { token: tenant.admin, raw });
      expectProblem(answer, 422, 'validation_failed', ['/__proto__ unknown_member']);
      expect(({} as { trusted?: unknown }).trusted).toBeUndefined();
    });

    it.each(Object.entries(OTHER_NAMES))(
      'the unknown member "%s" is refused with the name that is meant: %s',
      async (name, member) => {
        for (const answer of [
          await calls.create({ ...WEB, [name]: 'x' }),
          await calls.update(id, { [name]: 'x' }),
        ]) {
          expectProblem(answer, 422, 'validation_failed', [`/${name} unknown_member`]);
          // The call is typed by its success, and this is a refusal.
          const { errors = [] } = answer.body as unknown as ProblemDto;
          expect(errors[0]?.detail).toMatch(new RegExp(`^Did you mean ${member}\\? `));
        }
      },
    );

    it('an unknown member is refused without a guess where none is known', async () => {
      const answer = await calls.update(id, { metadata: {} });
      // The call is typed by its success, and this is a refusal.
      const { errors = [] } = answer.body as unknown as ProblemDto;
      expect(errors[0]?.detail).toBe('This is not a member of the request: correct or remove it.');
    });

    it('unknown members are refused all at once, together with read-only ones and wrong types', () =>
      expectRefusedByBoth(
        { nam: 'x', organization_id: 'x', enabled: 'yes', scopes: [1, 'a', null], foo: 1 },
        [
          '/nam unknown_member',
          '/organization_id read_only',
          '/foo unknown_member',
          '/scopes/0 invalid_type',
          '/scopes/2 invalid_type',
          '/enabled invalid_type',
        ],
      ));
  });

  describe('when of a wrong type or size: refused at its pointer', () => {
    const wrong: [member: string, value: unknown, ...violations: string[]][] = [
      ['name', 1, '/name invalid_type'],
      ['name', '', '/name too_short'],
      ['name', ' \u00a0 ', '/name too_short'],
      ['name', 'x'.repeat(129), '/name too_long'],
      ['name', '🛒'.repeat(129), '/name too_long'],
      ['name', 'a\u0000b', '/name invalid_characters'],
      ['name', 'a\nb', '/name invalid_characters'],
      ['name', 'gnp.\u202Eshop', '/name invalid_characters'],
      ['name', '\ud83d', '/name invalid_characters'],
      ['description', ['x'], '/description invalid_type'],
      ['description', 'x'.repeat(1025), '/description too_long'],
      ['description', '\u0007', '/description invalid_characters'],
      ['redirect_uris', CALLBACK, '/redirect_uris invalid_type'],
      ['redirect_uris', { 0: CALLBACK }, '/redirect_uris invalid_type'],
      ['redirect_uris', [null, [CALLBACK]], '/redirect_uris/0 invalid_type', '/redirect_uris/1 invalid_type'],
      ['redirect_uris', [`${CALLBACK}/`.padEnd(2049, 'x')], '/redirect_uris/0 too_long'],
      ['redirect_uris', Array.from({ length: 51 }, (_, n) => `${CALLBACK}/${n}`), '/redirect_uris too_many'],
      ['grant_types', 'authorization_code', '/grant_types invalid_type'],
      ['grant_types', ['password', 'implicit'], '/grant_types/0 not_allowed'],
      ['grant_types', [['implicit']], '/grant_types/0 not_allowed'],
      ['grant_types', Array(5).fill('implicit'), '/grant_types too_many'],
      ['scopes', 'openid', '/scopes invalid_type'],
      ['scopes', [1], '/scopes/0 invalid_type'],
      ['scopes', ['x'.repeat(257)], '/scopes/0 too_long'],
      ['scopes', Array.from({ length: 101 }, (_, n) => `s${n}`), '/scopes too_many'],
      ['trusted', 'true', '/trusted invalid_type'],
      ['trusted', 1, '/trusted invalid_type'],
      ['enabled', 'false', '/enabled invalid_type'],
      ['enabled', 0, '/enabled invalid_type'],
      ['token_endpoint_auth_method', 'private_key_jwt', '/token_endpoint_auth_method not_allowed'],
      ['token_endpoint_auth_method', ['none'], '/token_endpoint_auth_method not_allowed'],
      ['pkce_required', 'true', '/pkce_required invalid_type'],
      ['pkce_required', {}, '/pkce_required invalid_type'],
      ['pkce_challenge_method', 's256', '/pkce_challenge_method not_allowed'],
      ['pkce_challenge_method', '', '/pkce_challenge_method not_allowed'],
      ['pkce_challenge_method', true, '/pkce_challenge_method not_allowed'],
    ];
    it.each(
      wrong.map(([member, value, ...violations]) => ({
        title: `${member}: ${(JSON.stringify(value) ?? '').slice(0, 40)}`,
        members: { [member]: value },
        violations,
      })),
    )('a value of a wrong type or size is refused at its pointer: $title', ({ members, violations }) =>
      expectRefusedByBoth(members, violations),
    );

    it('a value is accepted up to its bounds, counted in characters', async () => {
      const bounds = {
        name: '🛒'.repeat(128),
        description: '🛒'.repeat(1024),
        redirect_uris: Array.from({ length: 50 }, (_, n) => `${CALLBACK}/${n}`),
        scopes: [...Array.from({ length: 99 }, (_, n) => `s${n}`), 'x'.repeat(256)],
      };
      const created = await calls.create({ ...WEB, ...bounds });
      expect([created.status, created.body]).toEqual([201, expect.objectContaining(bounds)]);
      const longest = `${CALLBACK}/`.padEnd(2048, 'x');
      const changed = await calls.update(created.body.id, { redirect_uris: [longest] });
      expect([changed.status, changed.body.redirect_uris]).toEqual([200, [longest]]);
    });
  });

  it.each(['null', '[]', '"name"', '1', ''])(
    'a body that is no object with members is 400: %j',
    async (raw) => {
      const before = await stateOf(registry, id);
      const options = { token: tenant.admin, raw };
      expectProblem(await registry.api.patch(tenant.client(id), options), 400, 'bad_request');
      expectProblem(await registry.api.post(tenant.clients, options), 400, 'bad_request');
      expect(await stateOf(registry, id)).toEqual(before);
    },
  );

  it('a body is sent as application/json: a merge patch, whose null means something else, is 415', async () => {
    const before = await stateOf(registry, id);
    const headers = { 'content-type': 'application/merge-patch+json' };
    expectProblem(await calls.update(id, { description: null }, headers), 415, 'unsupported_media_type');
    expect(await stateOf(registry, id)).toEqual(before);
  });

  const ownMembers = ({ body }: Answer<object>): object => ({
    ...body,
    ...Object.fromEntries(
      ['id', 'client_id', 'client_secret', 'secret_id', 'created', 'modified'].map((m) => [m, '…']),
    ),
  });
});
