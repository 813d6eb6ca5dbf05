/**
 * What the service costs over the least that its semantics need: GET and PATCH of one OAuth client, and a token by client
 * credentials, against the floors in `floor/`, on the same machine and database in the same run. Whether the time of a 404
 * tells anything, what a quiet tenant notices of a flooding one, how long Hydra waits for the token hook, and what a change and a token cost with Hydra (a real
 * one, where HYDRA_ADMIN_URL and HYDRA_PUBLIC_URL name it). Exits 1 beyond the targets of `report.mjs`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../dist/src/embedded-postgres/embedded-postgres.js';
import { checkParity, countUpdates } from './parity.mjs';
import { compare } from './rounds.mjs';
import { compareIssuance } from './issuance.mjs';
import { compareNeighbours } from './neighbours.mjs';
import { compareNotFound } from './not-found.mjs';
import { compareHydra } from './hydra.mjs';
import { report } from './report.mjs';
import { Scene } from './scene.mjs';
import { startFloor, startFloorProvider, startService, timeStart } from './servers.mjs';
import { tokenCost } from './token-cost.mjs';
import { timeTokenHook } from './token-hook.mjs';

/** Undone last to first, whatever happens. */
const cleanUp = [];

async function bench() {
  const directory = await mkdtemp(join(tmpdir(), 'registry-bench-'));
  cleanUp.push(() => rm(directory, { recursive: true, force: true }));
  const scene = new Scene();
  const settings = await scene.serviceSettings(directory);

  console.log('Starting the service twice with npm start ...');
  const firstStart = await timeStart(settings);
  const laterStart = await timeStart(settings);

  const service = await startService(settings);
  cleanUp.push(() => service.stop());
  const databaseUrl = await findDatabase(directory);
  await scene.seed(databaseUrl);
  const floor = await startFloor(scene.floorSettings(databaseUrl));
  cleanUp.push(() => floor.stop());
  await checkParity(scene, { floor, service });

  console.log('Measuring floor and service in turns ...');
  const measured = await compare(scene, { floor, service });
  await countUpdates(scene, databaseUrl, measured.PATCH.answers);

  console.log('Issuing tokens, and asking for what is not there ...');
  const provider = await startFloorProvider(scene.floorProviderSettings());
  cleanUp.push(() => provider.stop());
  const issuance = await compareIssuance(scene, { floor: provider, service });
  const notFound = await compareNotFound(scene, { service });

  console.log('Flooding a service with its limits on, beside a quiet tenant ...');
  const limited = await startService({
    ...settings,
    DATABASE_URL: databaseUrl,
    RATE_LIMITS: 'on',
    TRUST_PROXY: '1',
  });
  cleanUp.push(() => limited.stop());
  const neighbours = await compareNeighbours(scene, limited);

  console.log('Asking the token hook ...');
  const tokenHook = await timeTokenHook(settings, databaseUrl);

  console.log('Changing clients of a Hydra, and asking it for tokens through the gate ...');
  const hydra = await compareHydra(scene, settings, databaseUrl);
  return report({
    ...measured,
    hydra,
    issuance,
    notFound,
    neighbours,
    tokenHook,
    firstStart,
    laterStart,
    memory: service.peakMemory(),
    token: await tokenCost(scene),
  });
}

/** The database of the running service: the embedded one, which we then share and which outlives the service, or a given one. */
async function findDatabase(directory) {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const server = await startEmbeddedPostgres({ directory });
  // Before the service stops, so that the service leaves it alone and this ends it.
  cleanUp.splice(-1, 0, () => server.stop());
  return server.url;
}

try {
  const { text, reached } = await bench();
  console.log(text);
  if (!reached) process.exitCode = 1;
} finally {
  for (const undo of cleanUp.toReversed()) await undo();
}
