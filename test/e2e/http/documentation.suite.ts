import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { TestRegistry } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

/** Values of If-None-Match, with what they come to (RFC 9110, section 13.1.2). */
const conditionsOf = (tag: string): [header: string, status: number][] => [
  ['*', 304],
  [tag, 304],
  [tag.replace('W/', ''), 304],
  [`"another", ${tag}`, 304],
  ['"another"', 200],
  [tag.slice(0, -1), 200],
  [`"a${tag.slice(3)}`, 200],
  [`"another ${tag.slice(2)}`, 200],
];

describe('the documentation', () => {
  const { registry } = useRegistry({ CORS_ORIGINS: 'https://dashboard.example' });

  /** As it is sent: fetch would decompress it. */
  const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${registry.url}${path}`, { headers, method }, resolve).on('error', reject).end();
    });
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  };

  describe.each(['/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui-init.js', '/openapi.json'])(
    '%s',
    (path) => {
      it(`${path} is the same plain and compressed, the first time and later`, async () => {
        const plain = await get(path);
        const gzip = await get(path, { 'accept-encoding': 'gzip' });
        const br = await get(path, { 'accept-encoding': 'gzip, deflate, br' });
        expect([plain, gzip, br].map(({ headers }) => headers['content-encoding'])).toEqual([
          undefined,
          'gzip',
          'br',
        ]);
        expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
        expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
        expect(gzip.headers['content-type']).toBe(plain.headers['content-type']);
        expect(gzip.headers['vary']).toMatch(/accept-encoding/);
        expect(
          (await get(path, { 'accept-encoding': 'br;q=0, gzip;q=0.5' })).headers['content-encoding'],
        ).toBe('gzip');
      });

      it(`${path} is not sent again to who has it`, async () => {
        const { headers } = await get(path);
        expect(headers['cache-control']).toBe('public, max-age=300');
        const again = await get(path, { 'if-none-match': String(headers.etag) });
        expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
      });

      it(`${path} is sent again or not as If-None-Match says`, async () => {
        const tag = String((await get(path)).headers.etag);
        for (const [header, status] of conditionsOf(tag)) {
          const answer = await get(path, { 'if-none-match': header });
          expect([header, answer.status]).toEqual([header, status]);
        }
      });

      it(`${path} answers HEAD with the headers alone`, async () => {
        const [first, head] = [await get(path), await get(path, {}, 'HEAD')];
        expect([head.status, head.body.length, head.headers['content-length']]).toEqual([
          200,
          0,
          String(first.body.length),
        ]);
      });

      it(`${path} may be read by the origins that are configured`, async () => {
        const { headers } = await get(path, { origin: 'https://dashboard.example' });
        const allowed = headers['access-control-allow-origin'];
        expect(['https://dashboard.example', '*']).toContain(allowed);
        expect(allowed === '*' || /origin/i.test(String(headers['vary']))).toBe(true);
      });
    },
  );

  it('the metrics are compressed as the documentation is, and never kept', async () => {
    const { status, headers, body } = await get('/metrics', { 'accept-encoding': 'br, gzip' });
    expect([status, headers['content-encoding'], headers['cache-control']]).toEqual([
      200,
      'gzip',
      'no-cache',
    ]);
    expect(headers.etag).toMatch(/^W\/"/);
    expect(gunzipSync(body).toString()).toMatch(/http_requests_total/);
  });

  it('the metrics are sent or not as If-None-Match says', async () => {
    expect((await get('/metrics', { 'if-none-match': '*' })).status).toBe(304);
    expect((await get('/metrics', { 'if-none-match': 'W/"another"' })).status).toBe(200);
  });

  it('the documentation is the same to many who ask for it first, all at once', async () => {
    const fresh = await TestRegistry.start();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fresh.api.get('/docs/swagger-ui-bundle.js')),
    );
    await fresh.stop();
    expect(new Set(answers.map(({ text, headers }) => `${text.length} ${headers.get('etag')}`)).size).toBe(1);
  });

  it('the documentation answers 404 for a file that it does not have', async () => {
    for (let i = 0; i < 3; i += 1) expect((await get('/docs/nothing.js')).status).toBe(404);
  });
});
