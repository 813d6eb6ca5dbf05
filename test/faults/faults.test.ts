import { summarize } from './report.js';
import { RestartablePostgres } from './restartable-postgres.js';
import { runSeed } from './run-seed.js';
import { FAULTS_TIMEOUT, OPERATIONS, SEEDS } from './scale.js';

describe('a registry and its Hydra, while both and all between them fail', () => {
  let postgres: RestartablePostgres;

  beforeAll(async () => {
    postgres = await RestartablePostgres.start();
  });
  afterAll(() => postgres.stop());

  it.each(SEEDS)(
    'a registry and its Hydra are one after all have failed, and what was answered holds (FAULTS_SEED=%i)',
    async (seed) => {
      process.stdout.write(summarize(await runSeed({ seed, operations: OPERATIONS, postgres })));
    },
    FAULTS_TIMEOUT,
  );
});
