import { randomUUID } from 'node:crypto';
import type { ProblemCode } from '../../../src/problem-details/problems.js';
import type { Answer } from '../../support/api-client.js';
import { stateOf, type DatabaseState } from '../../support/database-state.js';
import { expectProblem, type ProblemBody } from '../../support/problem.js';
import { MACHINE_CLIENT, WEB_CLIENT, type Body } from '../../support/registry.js';
import { nested, WRONG_BODIES, WRONG_NAMES, WRONG_VALUES } from './hostile-values.js';
import { useRegistry } from '../../support/use-registry.js';

interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  /** Good, so that only the member under test can be refused. */
  readonly body: Body;
}

const SETTINGS = [
  'name',
  'description',
  'redirect_uris',
  'grant_types',
  'scopes',
  'trusted',
  'enabled',
  'token_endpoint_auth_method',
  'pkce_required',
  'pkce_challenge_method',
];

/** What each request may hold, and which of it must be there. */
/** What is there already keeps what a PUT does not say. */
const MEMBERS: Readonly<Record<string, { all: readonly string[]; required: readonly string[] }>> = {
  'POST oauth-clients': { all: SETTINGS, required: ['name', 'grant_types'] },
  'PATCH oauth-clients': { all: SETTINGS, required: [] },
  // Of one that exists its name may be left out.
  'PUT organization': { all: ['name', 'trusted_clients_allowed'], required: [] },
  'PUT project': { all: ['name'], required: ['name'] },
  'PUT member': { all: ['role'], required: ['role'] },
};
const NAMES = Object.keys(MEMBERS);

describe('hostile bodies', () => {
  const { registry, tenant } = useRegistry({}, { tenant: { trusted_clients_allowed: true } });
  let endpoints: Readonly<Record<string, Endpoint>>;

  beforeAll(async () => {
    const client = await tenant.createClient();
    const organization = `/v1/organizations/${tenant.organizationId}`;
    const person = { token: tenant.admin };
    const platform = { method: 'PUT', token: await registry.platform() };
    endpoints = {
      'POST oauth-clients': { ...person, method: 'POST', path: tenant.clients, body: WEB_CLIENT },
      'PATCH oauth-clients': { ...person, method: 'PATCH', path: tenant.client(client.id), body: {} },
      'PUT organization': { ...platform, path: organization, body: { name: 'Other' } },
      'PUT project': {
        ...platform,
        path: `${organization}/projects/${randomUUID()}`,
        body: { name: 'Other' },
      },
      'PUT member': { ...platform, path: `${organization}/members/somebody`, body: { role: 'viewer' } },
    };
  });

  const endpoint = (name: string): Endpoint => endpoints[name] ?? fail(`no endpoint ${name}`);

  function send(name: string, raw: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    const { method, path, token } = endpoint(name);
    return registry.api.call(method, path, { token, raw, headers });
  }

  /** The good body with one member in this JSON text. */
  function withMember(name: string, member: string, text: string): string {
    const rest = Object.entries(endpoint(name).body).filter(([other]) => JSON.stringify(other) !== member);
    const members = rest.map(([other, value]) => `${JSON.stringify(other)}:${JSON.stringify(value)}`);
    return `{${[...members, `${member}:${text}`].join(',')}}`;
  }

  /** Sends them all and returns what came of those that were not refused with this problem at this place. */
  async function unrefused(
    name: string,
    bodies: readonly (string | Buffer)[],
    expected: { code: ProblemCode; at?: (body: ProblemBody) => boolean },
  ): Promise<string[]> {
    const outcomes: string[] = [];
    for (const body of bodies) {
      const answer = await send(name, body);
      const problem = answer.status < 500 ? expectProblem(answer, expected.code) : null;
      if (problem === null || expected.at?.(problem) === false) {
        outcomes.push(`${body.toString('utf8').slice(0, 200)} -> ${answer.text.slice(0, 500)}`);
      }
    }
    return outcomes;
  }

  let before: DatabaseState;

  describe.each(NAMES)('when %s', (name) => {
    beforeAll(async () => {
      before = await stateOf(registry.database);
    });
    afterEach(async () => {
      expect(await stateOf(registry.database)).toEqual(before);
    });

    it.each(MEMBERS[name]?.all ?? [])(
      'a body with a wrong %s is refused with its name and changes nothing',
      async (member) => {
        const values = WRONG_VALUES[member] ?? [];
        expect(values.length).toBeGreaterThan(5);
        const bodies = values.map((value) => withMember(name, JSON.stringify(member), value));
        const at = ({ errors = [] }: ProblemBody) =>
          errors.some(({ pointer }) => `${pointer}/`.startsWith(`/${member}/`));
        expect(await unrefused(name, bodies, { code: 'validation_failed', at })).toEqual([]);
      },
    );

    it('a body that lacks a required member, or has null for it, is refused with its name and changes nothing', async () => {
      for (const member of MEMBERS[name]?.required ?? []) {
        const { [member]: _, ...absent } = endpoint(name).body;
        const bodies = [JSON.stringify(absent), JSON.stringify({ ...absent, [member]: null })];
        const at = ({ errors = [] }: ProblemBody) =>
          errors.length === 1 && errors[0]?.pointer === `/${member}` && errors[0].code === 'required';
        expect(await unrefused(name, bodies, { code: 'validation_failed', at })).toEqual([]);
      }
    });

    it('a body with a member that cannot be sent is refused with its name and changes nothing', async () => {
      for (const [member, pointer, code] of WRONG_NAMES) {
        // A client may be sent back as it was read, so these values are judged there.
        const isJudged = name === 'PATCH oauth-clients' && code === 'read_only';
        const at = ({ errors = [] }: ProblemBody) =>
          errors.some((error) => error.pointer === pointer && (isJudged || error.code === code));
        const bodies = ['1', '""', nested(20)].map((value) => withMember(name, member, value));
        expect(await unrefused(name, bodies, { code: 'validation_failed', at })).toEqual([]);
      }
    });

    it('a body that cannot be read in one way only is answered 400 and changes nothing', async () => {
      expect(await unrefused(name, Object.values(WRONG_BODIES), { code: 'bad_request' })).toEqual([]);
    });

    it('a body with 5,000 unknown members is answered with no more than 100 errors', async () => {
      const members = Array.from({ length: 5_000 }, (_, index) => [`m${index}`, 1]);
      const { body, text } = await send(name, JSON.stringify(Object.fromEntries(members)));
      // The call is typed by its success, and this is a refusal.
      expect((body as unknown as ProblemBody).errors).toHaveLength(100);
      expect(text.length).toBeLessThan(20_000);
    });
  });

  it('a refusal lists every wrong member of a body at once', async () => {
    const body = { name: '', nope: 1, enabled: 'yes', scopes: ['openid', 5], role: 'admin' };
    const { errors = [] } = expectProblem(
      await send('PATCH oauth-clients', JSON.stringify(body)),
      'validation_failed',
    );
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(
      ['/enabled', '/name', '/nope', '/role', '/scopes/1'].toSorted(),
    );
  });

  it('a hostile body pollutes no prototype', async () => {
    await send(
      'POST oauth-clients',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect(({} as Body)['polluted']).toBeUndefined();
  });

  describe('when a value is at its limit', () => {
    it.each<[string, Body]>([
      ['a name of 128 code points outside the BMP', { name: '😀'.repeat(128) }],
      ['a description of 1,024', { description: '😀'.repeat(1_024) }],
      ['50 redirect URIs', { redirect_uris: Array.from({ length: 50 }, (_, i) => `https://a.example/${i}`) }],
      ['a redirect URI of 2,048', { redirect_uris: [`https://a.example/${'a'.repeat(2_030)}`] }],
      ['100 scopes', { scopes: Array.from({ length: 100 }, (_, i) => `scope:${i}`) }],
      ['a scope of 256', { scopes: ['a'.repeat(256)] }],
    ])('a value at its limit is taken: %s', async (_, body) => {
      const created = await tenant.createClient(body);
      const { body: read } = await registry.api.get(tenant.client(created.id), { token: tenant.viewer });
      expect([created, read]).toEqual([expect.objectContaining(body), expect.objectContaining(body)]);
    });

    it('a body may have null for every member that may be left out', async () => {
      const nothing = Object.fromEntries(SETTINGS.map((member) => [member, null]));
      const created = await tenant.createClient({ ...nothing, ...MACHINE_CLIENT });
      const { status, body } = await send('PATCH oauth-clients', JSON.stringify(nothing));
      expect([status, body['name'], created.name]).toEqual([200, 'Web shop', 'Export']);
    });

    it('a body of 32 levels is taken as far as reading goes', async () => {
      expectProblem(await send('PATCH oauth-clients', `{"name":${nested(31)}}`), 'validation_failed');
    });

    it('brackets in a text of a body are taken for what they are', async () => {
      const { status } = await send(
        'PATCH oauth-clients',
        JSON.stringify({ description: '[{"'.repeat(200) }),
      );
      expect(status).toBe(200);
    });
  });
});

function fail(message: string): never {
  throw new Error(message);
}
