/** Seeds whose mishaps, taken together, kill one process and all, cut the database off and crash it, and lose Hydra. */
const SEEDS_IN_CI: readonly number[] = [20_264_806, 137_262_798];

const { FAULTS_SEED: given, FAULTS_SEEDS: count, FAULTS_OPERATIONS: operations } = process.env;

/** `npm run test:faults` asks for more. Everything else runs a share that ends in seconds. */
export const OPERATIONS = Number(operations ?? 30);

const isFullRun = OPERATIONS >= 500;
/** Clients that wait for a Hydra that is down, and for how many seconds it is. */
export const OUTAGE = isFullRun ? { clients: 1_000, seconds: 60 } : { clients: 50, seconds: 1 };
/** Changes that are timed while nothing fails. */
export const TIMED_CHANGES = isFullRun ? 1_000 : 50;

/** `FAULTS_SEED` repeats a run, `FAULTS_SEEDS` asks for so many new ones. */
export const SEEDS: readonly number[] = given
  ? given.split(',').map(Number)
  : count
    ? newSeeds(Number(count))
    : SEEDS_IN_CI;

/** Milliseconds that one seed may take, with its restores; the end is never near. */
export const FAULTS_TIMEOUT = 180_000 + OPERATIONS * 1_000;

function newSeeds(many: number): number[] {
  return Array.from({ length: many }, (_, index) => (Date.now() + index * 7_919) % 2 ** 31);
}
