import { median } from './median.mjs';
import { offer, quantile, saturate } from './offer.mjs';
import { offerApart } from './offer-apart.mjs';
import { pathOf } from './rounds.mjs';

/** So long that a stall of the machine, which hits 5 requests in 50 ms, is not the worst hundredth of them. */
const SECONDS = 10;
/** Of each flood: what the machine does once must not decide. */
const ROUNDS = 3;
/** Requests a second of the tenant that asks for little. */
const QUIET_RATE = 100;
const QUIET = '192.0.2.1';
const FLOODING = '192.0.2.2';
/** Different requests of one flood. */
const REQUESTS = 100;
/** How the most that a process can do of one thing is found: by this many callers, who wait for nothing but the answer. */
const SATURATION = { callers: 16, seconds: 2 };
const LARGE_BODY = '['.repeat(64 * 1024);

/**
 * What a quiet tenant notices of a flooding one, with the limits on: for each thing that all share, the 99th percentile of the
 * quiet one's GETs beside a flood at half of what the process can do of it, over that of its GETs alone just before.
 *
 * @returns `[shared resource, requests a second of the flood, ms alone, ms beside the flood, ratio]` of each, beside the flood of
 * the median round
 */
export async function compareNeighbours(scene, { port }) {
  const [own, other] = scene.tenants;
  const quiet = quietTenant(scene, port, own);
  const rows = [];
  await quiet();
  for (const [name, requestFrom] of floodsOf(scene, other)) {
    const rate = (await mostOf(scene, port, requestFrom)) / 2;
    const nextRequest = inTurns(() => requestFrom(FLOODING, scene.tokens[1]));
    const flood = () => offer({ port, rate, seconds: SECONDS, nextRequest });
    const alone = quantile(await quiet(), 0.99);
    const floods = [];
    for (let i = 0; i < ROUNDS; i++) floods.push(quantile(await quiet(flood), 0.99));
    const beside = median(floods);
    rows.push([name, rate, alone, beside, beside / alone]);
  }
  return rows;
}

function quietTenant({ clients, tokens }, port, own) {
  const client = clients.find(({ tenant }) => tenant === own);
  const asks = request('GET', pathOf(client), { from: QUIET, token: tokens[0] });
  const offered = { port, rate: QUIET_RATE, seconds: SECONDS, request: asks, mustBe: 200 };
  return (meanwhile) => offerApart(offered, meanwhile);
}

/** Makes requests beforehand, and brings one after the other: a flood that is busy making them would come in bursts. */
function inTurns(makeRequest) {
  const requests = Array.from({ length: REQUESTS }, () => Buffer.from(makeRequest(), 'latin1'));
  let sent = 0;
  return () => requests[sent++ % REQUESTS];
}

/** Requests a second that the process can answer: from so many addresses and actors that none of them reaches a limit. */
function mostOf({ tokens }, port, requestFrom) {
  let asked = 0;
  const nextRequest = () => {
    asked += 1;
    return requestFrom(
      `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`,
      tokens[asked % tokens.length],
    );
  };
  return saturate({ port, nextRequest, ...SATURATION });
}

/** @returns what all share, and a function that makes a request for it from an address, with a token where it needs one */
function floodsOf({ clients, machine }, tenant) {
  const client = clients.find((one) => one.tenant === tenant);
  const list = pathOf({ id: '', tenant }).slice(0, -1);
  const wrongSecret = Buffer.from(`${machine.clientId}:${machine.secret}a`).toString('base64');
  const urisOf = (seed) =>
    Array.from({ length: 50 }, (_, i) => `https://shop.example.com/${seed}/${i}/${'a'.repeat(1_900)}`);
  return [
    ['parser: bodies without a token', (from) => request('POST', list, { from, body: LARGE_BODY })],
    [
      'parser: bodies with a bad token',
      (from) => request('POST', list, { from, token: 'a.b.c', body: LARGE_BODY }),
    ],
    [
      'signatures: bad tokens',
      (from, token) => request('GET', list, { from, token: `${token.slice(0, -8)}AAAAAAAA` }),
    ],
    [
      'parser: bodies with a good token',
      (from, token) => request('POST', list, { from, token, body: LARGE_BODY }),
    ],
    [
      'tokens: wrong secrets',
      (from) =>
        request('POST', '/oauth2/token', { from, basic: wrongSecret, form: 'grant_type=client_credentials' }),
    ],
    ['database: readiness', (from) => request('GET', '/health/ready', { from })],
    ['files: the bundle of /docs', (from) => request('GET', '/docs/swagger-ui-bundle.js', { from })],
    ['the OpenAPI document', (from) => request('GET', '/openapi.json', { from })],
    ['metrics', (from) => request('GET', '/metrics', { from })],
    [
      'sign-ins that are remembered',
      (from) => request('GET', '/oauth2/auth?client_id=nobody&state=a', { from }),
    ],
    ['connections: lists of 100', (from, token) => request('GET', `${list}?limit=100`, { from, token })],
    ['connections: GETs', (from, token) => request('GET', pathOf(client), { from, token })],
    [
      'audit: PATCHes of 50 long URIs',
      (from, token) => {
        const body = JSON.stringify({ redirect_uris: urisOf(Math.random()) });
        return request('PATCH', pathOf(client), { from, token, body });
      },
    ],
  ];
}

function request(method, path, { from, token, basic, form, body = form }) {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `X-Forwarded-For: ${from}`,
    'Accept-Encoding: gzip',
  ];
  if (token) lines.push(`Authorization: Bearer ${token}`);
  if (basic) lines.push(`Authorization: Basic ${basic}`);
  if (body) {
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
    lines.push(`Content-Type: ${type}`, `Content-Length: ${body.length}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
