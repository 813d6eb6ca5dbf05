const TOKEN_MUTANTS = 10_000;
const REQUESTS = 20_000;
const SEED_IN_CI = 20_261_123;

/** `npm test` runs a share with one seed, so that it never fails by luck; `npm run test:fuzz` all, with a new seed. */
const scale = Number(process.env['FUZZ_SCALE'] ?? 0.05);
const given = process.env['FUZZ_SEED'];

export const SEED = given ? Number(given) : scale < 1 ? SEED_IN_CI : Date.now() % 2 ** 31;
export const MUTANT_COUNT = Math.ceil(TOKEN_MUTANTS * scale);
export const REQUEST_COUNT = Math.ceil(REQUESTS * scale);

/** Milliseconds that a whole run may take; the end is never near. */
export const FUZZ_TIMEOUT = 20 * 60_000;

export function printSeed(what: string): void {
  process.stdout.write(`${what}, FUZZ_SEED=${SEED} FUZZ_SCALE=${scale}\n`);
}
