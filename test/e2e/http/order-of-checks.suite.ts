import { expectProblem, expectRawProblem } from '../../support/problem.js';
import { exchange, sendRaw, type RawAnswer } from '../../support/raw-http.js';
import { useRegistry } from '../../support/use-registry.js';

/** Bodies that cannot be read, each in its own way. */
const UNREADABLE: [string, string, string][] = [
  ['not JSON', '{"name":', 'application/json'],
  ['20,000 levels deep', '['.repeat(20_000), 'application/json'],
  ['the same member twice', '{"name":"a","name":"b"}', 'application/json'],
  ['UTF-16', '{}', 'application/json; charset=utf-16'],
  ['a form', 'access_token=a', 'application/x-www-form-urlencoded'],
  ['a merge patch', '{}', 'application/merge-patch+json'],
];

describe('a body', () => {
  const { registry, tenant } = useRegistry();

  describe.each(UNREADABLE)('that cannot be read (%s)', (_, raw, type) => {
    const create = (token: string | undefined) =>
      registry.api.post(tenant.clients, { token, raw, headers: { 'content-type': type } });

    it('a body that cannot be read is 401 to who has no good token, and counts as such', async () => {
      expectProblem(await create(undefined), 'invalid_token');
      expectProblem(await create('garbage'), 'invalid_token');
    });

    it('a body that cannot be read is 404 to who may not see the project', async () => {
      expectProblem(await create(await registry.person('stranger')), 'not_found');
    });

    it('a body that cannot be read is 403 to who may not create', async () => {
      expectProblem(await create(tenant.viewer), 'forbidden');
    });

    it('a body that cannot be read is told to who may create', async () => {
      const code = type === 'application/json' ? 'bad_request' : 'unsupported_media_type';
      expectProblem(await create(tenant.developer), code);
    });

    it('a body that cannot be read leaves the connection and the next request alone', async () => {
      await create(tenant.developer);
      expect((await registry.api.get(tenant.clients, { token: tenant.viewer })).status).toBe(200);
    });
  });

  it('a body is refused where none is taken, whatever it is, and unless it is JSON where one may be left out', async () => {
    const client = tenant.client((await tenant.createClient()).id);
    const form = { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const answers = [
      await registry.api.post(`${client}/secrets`, { token: tenant.admin, ...form }),
      await registry.api.delete(client, { token: tenant.admin, ...form }),
      await registry.api.get(client, { token: tenant.admin }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([415, 400, 200]);
  });

  describe('that is sent by somebody who may not', () => {
    /** Announced, and never sent: an answer can come only from who does not wait for it. */
    const announce = (...headers: string[]): Promise<RawAnswer> =>
      exchange(
        registry.url,
        [
          `POST ${tenant.clients} HTTP/1.1`,
          'Host: localhost',
          'Content-Type: application/json',
          'Content-Length: 1000',
          ...headers,
          '\r\n',
        ].join('\r\n'),
      );
    const bearer = (token: string): string => `Authorization: Bearer ${token}`;

    it.each([
      ['no token', 'invalid_token', () => []],
      ['a bad token', 'invalid_token', () => [bearer('garbage')]],
    ] as const)(
      'a body of somebody who may not send it is not waited for with %s, and ends the connection',
      async (_, code, headers) => {
        const answer = await announce(...headers());
        expectRawProblem(answer, code);
        expect(answer.headers.get('connection')).toBe('close');
      },
    );

    it.each([
      ['a token of a stranger', 'not_found', () => registry.person('stranger')],
      ['a role that does not suffice', 'forbidden', () => tenant.viewer],
    ] as const)(
      'a body of somebody who may not send it is not waited for with %s',
      async (_, code, token) => {
        expectRawProblem(await announce(bearer(await token()), 'Connection: close'), code);
      },
    );

    it('a refused body leaves the connection to who has authenticated, when it is of a size that may be sent', async () => {
      const token = await registry.person('stranger');
      const small = await registry.api.post(tenant.clients, { token, raw: ' '.repeat(1_000) });
      const large = await registry.api.post(tenant.clients, { token, raw: ' '.repeat(600_000) });
      expect([small, large].map(({ headers }) => headers.get('connection'))).toEqual(['keep-alive', 'close']);
    });

    it.each(['[', '{"a":'])(
      'a body of somebody who may not send it is not parsed, however dear that would be (%s)',
      async (text) => {
        const answer = await registry.api.post(tenant.clients, {
          token: 'garbage',
          raw: text.repeat(20_000),
        });
        expectProblem(answer, 'invalid_token');
        expect(answer.headers.get('connection')).toBe('close');
      },
    );

    it('a refused sender is told the answer in the middle of a body that is far too large', async () => {
      const body = 'a'.repeat(4 * 1024 * 1024);
      const head = [`POST ${tenant.clients} HTTP/1.1`, 'Host: a', 'Content-Type: application/json'];
      const bytes = `${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      expectRawProblem(await exchange(registry.url, bytes), 'invalid_token');
    });

    it('a body of somebody who may not send it does not let anything behind it be done', async () => {
      const client = await tenant.createClient();
      const hidden = `DELETE ${tenant.client(client.id)} HTTP/1.1\r\nHost: a\r\n${bearer(tenant.admin)}\r\n\r\n`;
      const head = `POST ${tenant.clients} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`;
      await sendRaw(registry.url, `${head}${hidden}`);
      const { status } = await registry.api.get(tenant.client(client.id), { token: tenant.viewer });
      expect(status).toBe(200);
    });
  });
});
