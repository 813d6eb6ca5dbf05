import { stateOf } from '../../support/database-state.js';
import { exchange } from '../../support/raw-http.js';
import { OPERATIONS, pathIn, routeOf, type Place } from './operations.js';
import { useRegistry } from '../../support/use-registry.js';

const FILTERS_OF_CLIENTS = [
  'sort',
  'count',
  'client_id',
  'name',
  'grant_type',
  'token_endpoint_auth_method',
  'enabled',
  'trusted',
  'sync_status',
  'unused_for_days',
  'secret_expires_within_days',
];
const FILTERS_OF_EVENTS = ['order', 'action', 'actor', 'since', 'until'];

const PAGE = ['limit', 'cursor'];

/** What lists take, by the end of their path. */
const TAKEN: readonly (readonly [path: RegExp, names: readonly string[]])[] = [
  [/\/(organizations|projects|members)$/, PAGE],
  [/\/oauth-clients$/, [...FILTERS_OF_CLIENTS, ...PAGE]],
  [/:oauth_client_id\/audit-events$/, [...FILTERS_OF_EVENTS, ...PAGE]],
  [/\/audit-events$/, ['oauth_client_id', ...PAGE, ...FILTERS_OF_EVENTS]],
];

/** And every write of clients, secrets and tokens. Other calls take none. */
function takenBy(method: string, path: string): string {
  if (method !== 'GET') return path.includes('/oauth-clients') ? 'only: dry_run' : 'none';
  const [, names] = TAKEN.find(([end]) => end.test(path)) ?? [];
  return names === undefined ? 'none' : `only: ${names.join(', ')}`;
}

const LONG_AGO = 'Sat, 01 Jan 2000 00:00:00 GMT';

/** Headers by which a caller makes a call depend on the state of what it is about, as no client is. */
const CONDITIONS: readonly (readonly [name: string, value: string])[] = [
  ['If-Match', '"x"'],
  ['If-Match', 'unreadable'],
  ['If-None-Match', '*'],
  ['If-None-Match', 'unreadable'],
  ['If-Modified-Since', LONG_AGO],
  ['If-Unmodified-Since', LONG_AGO],
  ['If-Range', '"x"'],
];

/** Whether the call compares entity tags: that is for one client, and writes of what belongs to it. */
const comparesTags = (method: string, path: string): boolean =>
  path.endsWith(':oauth_client_id') || (method !== 'GET' && path.includes(':oauth_client_id'));

/** Without a tag or a date to compare, a condition of a read comes to an answer in full, but for If-Match. */
function statusOf(method: string, path: string, name: string, value: string): number {
  const isTag = name === 'If-Match' || name === 'If-None-Match';
  if (isTag && comparesTags(method, path)) {
    if (value === 'unreadable') return 400;
    return method === 'GET' && name === 'If-None-Match' ? 304 : 412;
  }
  return method === 'GET' && name !== 'If-Match' ? 200 : 400;
}

describe('Nothing that was sent is ignored', () => {
  const { registry, tenant } = useRegistry();
  let place: Place;
  let tokens: readonly string[];

  beforeAll(async () => {
    const { id } = await tenant.createClient();
    place = {
      org_id: tenant.organizationId,
      project_id: tenant.projectId,
      oauth_client_id: id,
      subject: tenant.people.viewer,
    };
    tokens = [tenant.admin, await registry.platform()];
  });

  describe.each(OPERATIONS.map((operation) => ({ route: routeOf(operation), ...operation })))(
    '$route',
    ({ method, path, permission, body }) => {
      const token = () => tokens[permission === 'registry:admin' ? 1 : 0];
      const target = () => pathIn(path, place);

      it.each([
        'dryrun=true',
        'keep_previous_for=60',
        'force',
        'constructor=1',
        '__proto__=1',
        'limit%5B%5D=5',
      ])(
        `${method} ${path} refuses the query ?%s and names the parameters that it takes, before anything is done`,
        async (query) => {
          const before = await stateOf(registry.database);
          const answer = await registry.api.call(method, `${target()}?${query}`, { token: token(), body });
          expect([answer.status, answer.body['code']]).toEqual([400, 'bad_request']);
          const takes = takenBy(method, path);
          expect(answer.body['errors']).toEqual([
            {
              pointer: `/${decodeURIComponent(query).split('=')[0]}`,
              code: 'unknown_member',
              detail: `Is not a parameter of this call, which takes ${takes}.`,
            },
          ]);
          expect(await stateOf(registry.database)).toEqual(before);
        },
      );

      it(`${method} ${path} refuses a body, or a member of it, that it does not take, before anything is done`, async () => {
        const before = await stateOf(registry.database);
        const takesBody = body !== undefined || (method === 'POST' && path.endsWith('/secrets'));
        const unknown = ['{"keep_previous_for":60}', '{"keep_previous_for":null}'];
        for (const sent of takesBody ? unknown : [...unknown, '{}', 'x=1']) {
          const lines = [
            `${method} ${target()} HTTP/1.1`,
            'Host: registry',
            'Connection: close',
            `Authorization: Bearer ${token()}`,
            'Content-Type: application/json',
          ];
          const framings = [
            `Content-Length: ${sent.length}\r\n\r\n${sent}`,
            `Transfer-Encoding: chunked\r\n\r\n${sent.length.toString(16)}\r\n${sent}\r\n0\r\n\r\n`,
          ];
          for (const framing of framings) {
            const answer = await exchange(registry.url, `${lines.join('\r\n')}\r\n${framing}`);
            expect(answer.status).toBe(takesBody ? 422 : 400);
            expect(answer.body).toContain(takesBody ? '/keep_previous_for' : 'takes no body');
          }
        }
        expect(await stateOf(registry.database)).toEqual(before);
      });

      it.each(CONDITIONS)(
        `${method} ${path} evaluates the condition %s: %s, or refuses it where it counts, before anything is done`,
        async (name, value) => {
          const before = await stateOf(registry.database);
          const headers = { [name]: value };
          const answer = await registry.api.call(method, target(), { token: token(), body, headers });
          expect(answer.status).toBe(statusOf(method, path, name, value));
          if (answer.status === 400) expect(answer.body['detail']).toContain(name);
          expect(await stateOf(registry.database)).toEqual(before);
        },
      );

      it(`${method} ${path} answers 401 without a token, whatever the query holds`, async () => {
        const answer = await registry.api.call(method, `${target()}?dry_run=true`, { body });
        expect(answer.status).toBe(401);
      });
    },
  );

  it('an empty query, a content type without a body, and null for a body that may be left out are taken', async () => {
    const headers = { 'content-type': 'application/json' };
    const { id } = await tenant.createClient();
    const answers = [
      await registry.api.get(`${tenant.clients}?`, { token: tenant.admin }),
      await registry.api.post(`${tenant.client(id)}/secrets`, { token: tenant.admin, body: {} }),
      await registry.api.post(`${tenant.client(id)}/secrets`, { token: tenant.admin, headers }),
      await registry.api.post(`${tenant.client(id)}/secrets`, { token: tenant.admin }),
      await registry.api.post(`${tenant.client(id)}/secrets`, { token: tenant.admin, raw: 'null' }),
      await registry.api.delete(tenant.client(id), { token: tenant.admin, headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 201, 201, 201, 204]);
  });
});
