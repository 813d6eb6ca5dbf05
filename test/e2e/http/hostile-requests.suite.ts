import { stateOf, type DatabaseState } from '../../support/database-state.js';
import { expectProblem, expectRawProblem } from '../../support/problem.js';
import { exchange } from '../../support/raw-http.js';
import { useRegistry } from '../../support/use-registry.js';

const UNKNOWN = '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f';

describe('hostile requests', () => {
  const { registry, tenant } = useRegistry();
  let client: string;
  let before: DatabaseState;

  beforeAll(async () => {
    client = (await tenant.createClient()).id;
  });
  beforeEach(async () => {
    before = await stateOf(registry.database);
  });
  afterEach(async () => {
    expect(await stateOf(registry.database)).toEqual(before);
  });

  describe('when an id in the path is not in its one spelling', () => {
    const spellings: [string, (id: string) => string][] = [
      ['upper case', (id) => id.toUpperCase()],
      ['braces', (id) => `{${id}}`],
      ['no hyphens', (id) => id.replaceAll('-', '')],
      ['spaces', (id) => `%20${id}`],
      ['a newline', (id) => `${id}%0a`],
      ['NUL', (id) => `${id}%00`],
      ['dots', () => '..%2f..'],
      ['SQL', (id) => `${id}'%20or%201=1--`],
      ['a word', () => 'constructor'],
      ['a long word', () => 'a'.repeat(1_000)],
      ['a full-width digit', (id) => `${encodeURIComponent('０')}${id.slice(1)}`],
      ['the nil UUID', () => '00000000-0000-0000-0000-000000000000'],
    ];

    it.each(spellings)(
      'an id in the path that is not in its one spelling is answered 404 in every place (%s)',
      async (_, spell) => {
        const { organizationId: org, projectId: project } = tenant;
        const paths = [
          `/v1/organizations/${spell(org)}/projects`,
          `/v1/organizations/${spell(org)}/projects/${project}/oauth-clients`,
          `/v1/organizations/${org}/projects/${spell(project)}/oauth-clients`,
          tenant.client(spell(client)),
        ];
        for (const path of paths)
          expectProblem(await registry.api.get(path, { token: tenant.admin }), 'not_found');
      },
    );

    it.each(spellings)(
      'an id in the path that is not in its one spelling is answered 404 to the platform too (%s)',
      async (_, spell) => {
        const call = { token: await registry.platform(), body: { name: 'Name' } };
        const { organizationId: org, projectId: project } = tenant;
        expectProblem(await registry.api.put(`/v1/organizations/${spell(org)}`, call), 'not_found');
        expectProblem(
          await registry.api.put(`/v1/organizations/${org}/projects/${spell(project)}`, call),
          'not_found',
        );
      },
    );
  });

  it.each(['', '/', '//', '/./', ';a=b'])(
    'another path of the same thing is answered 404 (%j)',
    async (end) => {
      const path = `${tenant.client(client)}${end === '' ? '/secrets/' : end}`;
      const bytes = `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${tenant.admin}\r\n\r\n`;
      expectRawProblem(await exchange(registry.url, bytes), 'not_found');
    },
  );

  it.each(['%00', 'a%00b', '%0a', '%e2%80%ae', 'a'.repeat(256), '%20', '%c2%a0'])(
    'a subject that nobody can have is answered 400 (%#)',
    async (subject) => {
      const path = `/v1/organizations/${tenant.organizationId}/members/${subject}`;
      const token = await registry.platform();
      const answers = [
        await registry.api.put(path, { token, body: { role: 'admin' } }),
        await registry.api.delete(path, { token }),
      ];
      for (const answer of answers) {
        expect(expectProblem(answer, 'bad_request').errors).toEqual([
          expect.objectContaining({ pointer: '/subject' }),
        ]);
      }
    },
  );

  it.each(['%zz', '%', '%e2%80', '%ed%a0%80', '%c0%80', 'a'.repeat(2_000)])(
    'a path that cannot be decoded, or has a part that is too long, is answered 400 (%#)',
    async (part) => {
      const path = `/v1/organizations/${tenant.organizationId}/members/${part}`;
      expectProblem(await registry.api.delete(path, { token: await registry.platform() }), 'bad_request');
    },
  );

  describe('when the query is wrong', () => {
    it.each([
      ...[
        '0',
        '-1',
        '101',
        '1e1',
        '1.5',
        '1e9',
        '99999999999999999999',
        '0x10',
        '01',
        '+1',
        ' 1',
        '',
        'abc',
        '١',
      ].map((limit) => ['limit', `limit=${encodeURIComponent(limit)}`]),
      ['limit', 'limit=1;drop%20table%20projects'],
      ['limit', 'limit=1&limit=2'],
      ['limit', 'limit[]=1'],
      ['limit', 'limit[$gt]=1'],
      ['cursor', 'cursor='],
      ['cursor', 'cursor=a&cursor=b'],
      ['cursor', 'cursor=%00'],
      ['cursor', 'cursor=%ff'],
      ['cursor', `cursor=${UNKNOWN}`],
      ['cursor', `cursor=${'A'.repeat(32)}`],
      ['cursor', `cursor=${'A'.repeat(5_000)}`],
      ['page', 'page=1'],
      ['__proto__', '__proto__=1'],
      ['constructor', 'constructor=1'],
      ['toString', 'toString=1'],
    ])('a wrong query is answered 400 with the name %s: ?%s', async (name, query) => {
      const organization = `/v1/organizations/${tenant.organizationId}`;
      for (const path of [tenant.clients, '/v1/organizations', `${organization}/projects`]) {
        const answer = await registry.api.get(`${path}?${query}`, { token: tenant.viewer });
        const pointers = expectProblem(answer, 'bad_request').errors?.map(({ pointer }) => pointer) ?? [];
        expect(pointers.some((pointer) => pointer.startsWith(`/${name}`))).toBe(true);
      }
    });

    it('a query of 2,000 unknown parameters is answered with no more than 100 errors', async () => {
      const query = Array.from({ length: 2_000 }, (_, index) => `p${index}=`).join('&');
      const answer = await registry.api.get(`${tenant.clients}?${query}`, { token: tenant.viewer });
      expect(expectProblem(answer, 'bad_request').errors).toHaveLength(100);
    });
  });

  describe('when If-Match is no entity tag', () => {
    it.each([
      '1',
      '"1',
      "'1'",
      '""1""',
      '"1" "2"',
      ',',
      '"1",2',
      'W/1',
      'w/"1"',
      '"a b"',
      'null',
      '\t,'.repeat(9),
    ])('an If-Match that is no entity tag is answered 400 on every write: %s', async (ifMatch) => {
      const call = { token: tenant.admin, headers: { 'if-match': ifMatch } };
      const path = tenant.client(client);
      expectProblem(await registry.api.patch(path, { ...call, body: { name: 'Other' } }), 'bad_request');
      expectProblem(await registry.api.delete(path, call), 'bad_request');
      expectProblem(await registry.api.post(`${path}/secrets`, call), 'bad_request');
    });

    it.each([
      '"0"',
      '"\u00e9"',
      '"9,1"',
      '"-1"',
      '"99999999999999999999"',
      'W/"1"',
      '""',
      '"01"',
      '"__proto__"',
      '"1 "'.trim(),
    ])('an If-Match with a tag that the service never gave is answered 412 or 400: %s', async (ifMatch) => {
      const { status } = await registry.api.patch(tenant.client(client), {
        token: tenant.admin,
        headers: { 'if-match': ifMatch },
        body: { name: 'Other' },
      });
      expect([400, 412]).toContain(status);
    });
  });

  describe('when a header is hostile', () => {
    const get = (...headers: string[]) =>
      exchange(
        registry.url,
        [
          `GET ${tenant.client(client)} HTTP/1.1`,
          'Connection: close',
          `Authorization: Bearer ${tenant.viewer}`,
          ...headers,
          '\r\n',
        ].join('\r\n'),
      );

    it.each([
      ['Host: evil.example'],
      ['Host: a b/<>'],
      ['Host: localhost:99999999'],
      ['Host:'],
      ['Host: a', `X-Filler: ${'a'.repeat(8_192)}`],
      [
        'Host: a',
        'X-Forwarded-For: 1.2.3.4, <script>',
        'X-Forwarded-Host: evil.example',
        'Forwarded: for=_x',
      ],
      ['Host: a', 'X-HTTP-Method-Override: DELETE', 'X-HTTP-Method: DELETE', 'X-Method-Override: DELETE'],
      ['Host: a', 'X-Original-URL: /v1/organizations', 'X-Rewrite-URL: /v1/organizations'],
      ['Host: a', 'Accept: text/html;q=1, */*;q=nonsense', 'Accept-Encoding: nonsense', 'Accept-Language: *'],
      ['Host: a', 'Range: bytes=0-1', 'If-None-Match: "nonsense"', 'If-Modified-Since: never'],
      ['Host: a', '__proto__: polluted', 'constructor: polluted'],
      ['Host: a', 'Cookie: access_token=a; _session=b'],
    ])('a request with a hostile header is served the same client as ever (%s)', async (...headers) => {
      const answer = await get(...headers);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ id: client });
      expect(answer.body + [...answer.headers.values()].join()).not.toMatch(/evil|<script>|polluted/);
    });
  });
});
