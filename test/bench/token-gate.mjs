import { Agent, request as httpRequest } from 'node:http';
import { median } from './median.mjs';
import { offer } from './offer.mjs';
import { makeClient, SCALE } from './hydra-writes.mjs';

const ROUNDS = 3;
const PAIRS = 2_000 * SCALE;
const WARM_UP_PAIRS = 300 * SCALE;
/** Requests a second, whether or not Hydra keeps up with them. */
const RATE = 500;
const SECONDS = 10;
const MACHINE = { name: 'Export', grant_types: ['client_credentials'], redirect_uris: null };

/**
 * A token by client credentials through the gate, and one that Hydra gives a client of its own: in pairs, so that what else
 * the machine does hits both.
 *
 * @returns the medians in milliseconds, that of the paired differences, and the most megabytes under a flood
 */
export async function compareGate(scene, { service, hydra }) {
  const ours = await makeClient(scene, service, MACHINE);
  const theirs = await makeStranger(hydra.adminUrl);
  const agent = new Agent({ keepAlive: true });
  const throughGate = () => timed(agent, `http://127.0.0.1:${service.port}`, ours);
  const direct = () => timed(agent, hydra.publicUrl, theirs);
  for (let i = 0; i < WARM_UP_PAIRS; i++) await Promise.all([throughGate(), direct()]);
  const times = { gate: [], direct: [], difference: [] };
  for (let i = 0; i < ROUNDS * PAIRS; i++) {
    const [gate, hydras] =
      i % 2 ? [await throughGate(), await direct()] : (await pair(direct, throughGate)).toReversed();
    times.gate.push(gate);
    times.direct.push(hydras);
    times.difference.push(gate - hydras);
  }
  agent.destroy();
  const request = rawRequest(ours);
  await offer({ port: service.port, rate: RATE, seconds: SECONDS, nextRequest: () => request });
  return {
    gate: median(times.gate),
    direct: median(times.direct),
    difference: median(times.difference),
    memory: service.peakMemory(),
  };
}

const pair = async (first, second) => [await first(), await second()];

async function makeStranger(adminUrl) {
  const response = await fetch(`${adminUrl}/admin/clients`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Stranger', grant_types: ['client_credentials'] }),
  });
  return response.json();
}

const FORM = 'grant_type=client_credentials';

const headersOf = ({ client_id: id, client_secret: secret }) => ({
  authorization: `Basic ${btoa(`${id}:${secret}`)}`,
  'content-type': 'application/x-www-form-urlencoded',
  'content-length': FORM.length,
});

function timed(agent, base, client) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${base}/oauth2/token`,
      { method: 'POST', agent, headers: headersOf(client) },
      (answer) => {
        answer.resume();
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(performance.now() - started);
          else reject(new Error(`a token request at ${base} is answered ${answer.statusCode}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(FORM);
  });
}

function rawRequest(client) {
  const headers = Object.entries(headersOf(client)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /oauth2/token HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers.join('')}\r\n${FORM}`;
}
