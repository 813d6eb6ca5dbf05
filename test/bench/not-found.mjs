import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { v4, v7 } from 'uuid';
import { median } from './median.mjs';
import { pathOf } from './rounds.mjs';

const SAMPLES = 1_000;
const WARM_UP = 200;

/**
 * Whether the time of a 404 tells that something exists: a client of others against a random id, in a project of one's own
 * and in one that one may not see.
 *
 * @returns the ratio of the medians that is farther from 1
 */
export async function compareNotFound(scene, { service }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ratios = [];
  for (const pair of pairsOf(scene)) ratios.push(await ratioOf(pair, { port: service.port, agent }));
  agent.destroy();
  return ratios.reduce((a, b) => (Math.abs(Math.log(a)) > Math.abs(Math.log(b)) ? a : b));
}

/** A new target for each request, so that no cache knows it. */
function pairsOf({ clients, tenants, tokens, strangerToken }) {
  const [own] = tenants;
  const foreign = clients.filter(({ tenant }) => tenant !== own);
  return [
    {
      token: tokens[0],
      foreign: () => ({ id: oneOf(foreign).id, tenant: own }),
      unknown: () => ({ id: v7(), tenant: own }),
    },
    {
      token: strangerToken,
      foreign: () => oneOf(clients),
      unknown: () => ({ id: v7(), tenant: { organization: v4(), project: v4() } }),
    },
  ];
}

/** Turn by turn, and who goes first changes, so that what else the machine does hits both. */
async function ratioOf({ token, foreign, unknown }, server) {
  const times = { foreign: [], unknown: [] };
  const targets = { foreign, unknown };
  for (let sample = -WARM_UP; sample < SAMPLES; sample++) {
    const order = sample % 2 === 0 ? ['foreign', 'unknown'] : ['unknown', 'foreign'];
    for (const name of order) {
      const elapsed = await timeOf(pathOf(targets[name]()), token, server);
      if (sample >= 0) times[name].push(elapsed);
    }
  }
  return median(times.foreign) / median(times.unknown);
}

function timeOf(path, token, { port, agent }) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'x-request-id': randomUUID() };
    const started = performance.now();
    request({ port, host: '127.0.0.1', path, agent, headers }, (response) => {
      const elapsed = performance.now() - started;
      assert.equal(response.statusCode, 404);
      response.on('end', () => resolve(elapsed)).resume();
    })
      .on('error', reject)
      .end();
  });
}

const oneOf = (list) => list[Math.floor(Math.random() * list.length)];
