import { gzipSync } from 'node:zlib';
import { stateOf } from '../../support/database-state.js';
import { expectProblem, expectRawProblem } from '../../support/problem.js';
import { exchange } from '../../support/raw-http.js';
import { useRegistry } from '../../support/use-registry.js';

const LIMIT = 512 * 1024;
const PATCH = JSON.stringify({ name: 'Renamed' });

describe('the encoding of a body', () => {
  const { registry, tenant } = useRegistry();
  let path: string;
  beforeEach(async () => {
    path = tenant.client((await tenant.createClient()).id);
  });

  const patch = (raw: string | Buffer, headers: Record<string, string> = {}) =>
    registry.api.patch(path, { token: tenant.developer, raw, headers });

  const patchRaw = (headers: readonly string[], body: string | Buffer) => {
    const head = [
      `PATCH ${path} HTTP/1.1`,
      'Host: localhost',
      'Connection: close',
      `Authorization: Bearer ${tenant.developer}`,
      ...headers,
    ];
    return exchange(
      registry.url,
      Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)]),
    );
  };

  const changingNothing = async <T>(call: () => Promise<T>): Promise<T> => {
    const before = await stateOf(registry.database);
    const answer = await call();
    expect(await stateOf(registry.database)).toEqual(before);
    return answer;
  };

  it.each([
    'application/merge-patch+json',
    'application/json-patch+json',
    'application/vnd.api+json',
    'application/jsonp',
    'text/json',
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'application/json; charset="iso-8859-1"',
    'application/json;charset=UTF-16LE',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset=utf-8;CHARSET="utf-8"',
    'application/json; charset=',
    'application/json, text/plain',
    'json',
    '*/*',
    ';',
  ])('a body with the content type %s is refused with 415', async (type) => {
    const answer = await changingNothing(() => patch(PATCH, { 'content-type': type }));
    expectProblem(answer, 'unsupported_media_type');
  });

  it('a body is refused with 415 without a content type', async () => {
    const answer = await changingNothing(() => patchRaw([`Content-Length: ${PATCH.length}`], PATCH));
    expectRawProblem(answer, 'unsupported_media_type');
  });

  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF8"',
  ])('a body with the content type %s is taken', async (type) => {
    expect((await patch(PATCH, { 'content-type': type })).body).toMatchObject({ name: 'Renamed' });
  });

  it('a body may begin with a byte order mark', async () => {
    expect((await patch(`\uFEFF${PATCH}`)).body).toMatchObject({ name: 'Renamed' });
  });

  it.each([
    ['gzip', gzipSync(PATCH)],
    ['gzip', gzipSync('['.repeat(10_000_000))],
    ['gzip', Buffer.from('not gzip at all')],
    ['br', Buffer.from(PATCH)],
    ['nonsense', Buffer.from(PATCH)],
  ])('a body is refused with 415 when compressed (%s, %#)', async (encoding, body) => {
    const answer = await changingNothing(() => patch(body, { 'content-encoding': encoding }));
    expectProblem(answer, 'unsupported_media_type');
  });

  describe('when it is large', () => {
    it('a body is taken up to 512 kB', async () => {
      expect((await patch(PATCH.padEnd(LIMIT))).status).toBe(200);
    });

    it('a body is refused with 413 from the first byte beyond 512 kB on', async () => {
      expectProblem(await changingNothing(() => patch(PATCH.padEnd(LIMIT + 1))), 'payload_too_large');
    });

    it('the length of a body is measured in bytes, not in characters', async () => {
      const emoji = JSON.stringify({ description: '😀'.repeat(LIMIT / 4) });
      expect(emoji.length).toBeLessThan(LIMIT);
      expectProblem(await changingNothing(() => patch(emoji)), 'payload_too_large');
    });

    it('a large body is refused with 413 when it comes in chunks that tell no length', async () => {
      const chunk = `${LIMIT.toString(16)}\r\n${PATCH.padEnd(LIMIT)}\r\n1\r\n \r\n0\r\n\r\n`;
      const headers = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
      expectRawProblem(await changingNothing(() => patchRaw(headers, chunk)), 'payload_too_large');
    });

    it('a large body is refused with 413 by the length alone, before it is sent', async () => {
      const headers = ['Content-Type: application/json', `Content-Length: ${2 ** 40}`];
      expectRawProblem(await changingNothing(() => patchRaw(headers, '{')), 'payload_too_large');
    });
  });
});
