import { base64, FORM, GRANT, type HostileRequest, type Scene } from './scene.js';

/** How it is put into HTTP. */
export function framings({ id, row, nothing, one }: Scene): HostileRequest[] {
  const framings: HostileRequest[] = [
    one('a chunked body', {
      framing: ['Transfer-Encoding: chunked'],
      body: `5\r\n${GRANT.slice(0, 5)}\r\n${(GRANT.length - 5).toString(16)}\r\n${GRANT.slice(5)}\r\n0\r\n\r\n`,
    }),
    one('a chunked body with a trailer', {
      framing: ['Transfer-Encoding: chunked', 'Trailer: Authorization'],
      body: `${GRANT.length.toString(16)}\r\n${GRANT}\r\n0\r\nAuthorization: Basic eDp5\r\n\r\n`,
    }),
    nothing('a length beside chunks', {
      framing: ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      body: `${GRANT.length.toString(16)}\r\n${GRANT}\r\n0\r\n\r\n`,
    }),
    nothing('chunks of a size that is no number', {
      framing: ['Transfer-Encoding: chunked'],
      body: `0x1d\r\n${GRANT}\r\n0\r\n\r\n`,
    }),
    ...['xchunked', 'chunked, identity', 'gzip, chunked', '\tchunked\u000b'].map((coding) =>
      nothing(`the transfer coding ${JSON.stringify(coding)}`, { framing: [`Transfer-Encoding: ${coding}`] }),
    ),
    ...['+29', '29 ', '0x1d', '29, 29', '-1', '29;', '1e2'].map((length) =>
      row(`the length ${JSON.stringify(length)}`, length === '29 ' ? 'one' : 'nothing', {
        framing: [`Content-Length: ${length}`],
      }),
    ),
    nothing('two lengths', { framing: ['Content-Length: 29', 'Content-Length: 28'] }),
    nothing('a second request behind the first', {
      authorization: `Basic ${base64(`${id}:x`)}`,
      framing: ['Content-Length: 0'],
      body: `POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`,
    }),
    ...['gzip', 'deflate', 'identity'].map((coding) =>
      nothing(`the content encoding ${coding}`, { headers: [`Content-Encoding: ${coding}`] }),
    ),
    nothing('a header over two lines', { headers: ['X-Long: a', ' b: c'] }),
    nothing('a header without a colon', { headers: ['Authorization'] }),
    nothing('a blank before the colon', { headers: ['X-Real : y'] }),
    nothing('a NUL in a header', { headers: ['X-Nul: a\u0000b'] }),
    nothing('two Hosts', { headers: ['Host: hydra'] }),
    nothing('two content types', { headers: [`Content-Type: ${FORM}`] }),
    nothing('too many headers', { headers: Array.from({ length: 120 }, (_, index) => `X-${index}: y`) }),
    nothing('headers that are too large', { headers: [`X-Large: ${'y'.repeat(17_000)}`] }),
    one('a header of one hop', {
      headers: ['TE: trailers', 'Proxy-Authorization: Basic eDp5', 'Upgrade-Insecure-Requests: 1'],
    }),
    one('what other proxies go by', {
      headers: ['X-Original-URL: /admin/clients', 'X-Rewrite-URL: /admin', 'X-HTTP-Method-Override: DELETE'],
    }),
  ];
  return [framings].flat();
}
