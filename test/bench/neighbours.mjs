import { offer, quantile } from './offer.mjs';
import { offerApart } from './offer-apart.mjs';
import { pathOf } from './rounds.mjs';

const SECONDS = 4;
/** Requests a second of the tenant that asks for little. */
const QUIET_RATE = 50;
const QUIET = '192.0.2.1';
const FLOODING = '192.0.2.2';
/** Requests a second with large bodies, at most: to make and to send them costs the machine more than to answer them. */
const MAX_LARGE = 200;
const LARGE_BODY = '['.repeat(64 * 1024);

/**
 * What a quiet tenant notices of a flooding one, with the limits on: for each thing that all share, the 99th percentile of the
 * quiet one's GETs beside a flood at half of what the process can do, over that of its GETs alone.
 *
 * @param capacity GETs a second of the process
 * @returns `[shared resource, ms alone, ms beside the flood, ratio]` of each
 */
export async function compareNeighbours(scene, { service, capacity }) {
  const [own, other] = scene.tenants;
  const quiet = quietTenant(scene, service, own);
  const rows = [];
  await quiet();
  for (const [name, nextRequest, most = Infinity] of floodsOf(scene, other)) {
    const alone = quantile(await quiet(), 0.99);
    const flood = offer({
      port: service.port,
      rate: Math.min(capacity / 2, most),
      seconds: SECONDS,
      nextRequest,
    });
    const beside = quantile(await quiet(), 0.99);
    await flood;
    rows.push([name, alone, beside, beside / alone]);
  }
  return rows;
}

function quietTenant({ clients, tokens }, { port }, own) {
  const client = clients.find(({ tenant }) => tenant === own);
  const asks = request('GET', pathOf(client), { from: QUIET, token: tokens[0] });
  return () => offerApart({ port, rate: QUIET_RATE, seconds: SECONDS, request: asks, mustBe: 200 });
}

function floodsOf({ clients, tokens }, tenant) {
  const client = clients.find((one) => one.tenant === tenant);
  const token = tokens[1];
  const list = pathOf({ id: '', tenant }).slice(0, -1);
  const from = FLOODING;
  const urisOf = (seed) =>
    Array.from({ length: 50 }, (_, i) => `https://shop.example.com/${seed}/${i}/${'a'.repeat(1_900)}`);
  return [
    ['parser: bodies without a token', () => request('POST', list, { from, body: LARGE_BODY }), MAX_LARGE],
    [
      'parser: bodies with a bad token',
      () => request('POST', list, { from, token: 'a.b.c', body: LARGE_BODY }),
      MAX_LARGE,
    ],
    ['signatures: bad tokens', () => request('GET', list, { from, token: `${token.slice(0, -8)}AAAAAAAA` })],
    ['files: the bundle of /docs', () => request('GET', '/docs/swagger-ui-bundle.js', { from })],
    ['the OpenAPI document', () => request('GET', '/openapi.json', { from })],
    ['metrics', () => request('GET', '/metrics', { from })],
    ['sign-ins that are remembered', () => request('GET', '/oauth2/auth?client_id=nobody&state=a', { from })],
    ['connections: lists of 100', () => request('GET', `${list}?limit=100`, { from, token }), MAX_LARGE],
    ['connections: GETs', () => request('GET', pathOf(client), { from, token })],
    [
      'audit: PATCHes of 50 long URIs',
      () => {
        const body = JSON.stringify({ redirect_uris: urisOf(Math.random()) });
        return request('PATCH', pathOf(client), { from, token, body });
      },
      MAX_LARGE,
    ],
  ];
}

function request(method, path, { from, token, body }) {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `X-Forwarded-For: ${from}`,
    'Accept-Encoding: gzip',
  ];
  if (token) lines.push(`Authorization: Bearer ${token}`);
  if (body) lines.push('Content-Type: application/json', `Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
