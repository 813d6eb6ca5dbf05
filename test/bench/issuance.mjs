import assert from 'node:assert/strict';
import { load } from './load.mjs';

const CONNECTIONS = 8;
const WARM_UP_SECONDS = 3;
const ROUNDS = 7;
const TURN_SECONDS = 1;

/**
 * What a token by client credentials costs the process that issues it: CPU time, without the database's. The least of all
 * turns, since whatever else the machine does can only add to it.
 *
 * @returns the microseconds of both and their ratio; null where the system does not tell
 */
export async function compareIssuance({ machine }, servers) {
  const requests = {
    floor: requestOf(machine, '/token'),
    service: requestOf(machine, '/oauth2/token'),
  };
  await checkTokens(machine, servers);
  const measure = (name, seconds) => microsecondsEach(servers[name], requests[name], seconds);
  const results = { floor: [], service: [] };
  for (const name of ['floor', 'service']) await measure(name, WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['floor', 'service']) results[name].push(await measure(name, TURN_SECONDS));
  }
  if (results.floor.includes(null)) return null;
  const [floor, service] = [Math.min(...results.floor), Math.min(...results.service)];
  return { floor, service, ratio: service / floor };
}

async function microsecondsEach(server, request, seconds) {
  const before = server.cpuSeconds();
  const { answers } = await load({
    port: server.port,
    connections: CONNECTIONS,
    seconds,
    nextRequest: () => request,
  });
  return before === null ? null : ((server.cpuSeconds() - before) * 1e6) / answers;
}

const formOf = ({ resource, scope }) =>
  new URLSearchParams({ grant_type: 'client_credentials', resource, scope }).toString();

const credentialsOf = ({ clientId, secret }) =>
  `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;

function requestOf(machine, path) {
  const form = formOf(machine);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: ${credentialsOf(machine)}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${form.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${form}`;
}

/** Both must issue the same: a signed JWT for the resource, with the scope that was asked for. */
async function checkTokens(machine, { floor, service }) {
  const tokens = [await tokenOf(machine, floor, '/token'), await tokenOf(machine, service, '/oauth2/token')];
  for (const { header, payload } of tokens) {
    assert.deepEqual(header, { alg: 'RS256', typ: 'at+jwt' });
    assert.deepEqual(payload, [machine.clientId, machine.clientId, machine.resource, machine.scope, 900]);
  }
}

async function tokenOf(machine, { port }, path) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      authorization: credentialsOf(machine),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: formOf(machine),
  });
  const { access_token: token } = await response.json();
  assert.equal(response.status, 200);
  const [{ kid: _, ...header }, claims] = token
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const { sub, client_id, aud, scope, iat, exp } = claims;
  return { header, payload: [sub, client_id, aud, scope, exp - iat] };
}
