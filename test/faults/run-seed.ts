import { setTimeout as delay } from 'node:timers/promises';
import { Caller, type Calling } from './caller.js';
import { check } from './checker/check.js';
import { converge } from './convergence.js';
import { checkRestores } from './restores.js';
import { Mishaps } from './mishaps.js';
import { PassingTime } from './passing-time.js';
import { Random } from './random.js';
import { describeFindings, type Figures } from './report.js';
import type { RestartablePostgres } from './restartable-postgres.js';
import { World, type Mode } from './world.js';

const CALLERS = 6;
/** Operations from the beginning of one mishap to that of the next, at least. */
const OPERATIONS_PER_MISHAP = 5;
const TICK_MS = 250;

export interface SeedOptions {
  readonly seed: number;
  readonly operations: number;
  readonly postgres: RestartablePostgres;
}

/** Runs all operations of one seed, and then compares everything. @throws with the history of the clients that are wrong */
export async function runSeed({ seed, operations, postgres }: SeedOptions): Promise<Figures> {
  const random = new Random(seed);
  const world = await World.create(postgres, random, modeOf(seed));
  try {
    await world.open();
    const mishaps = new Mishaps(world, random.stream('mishaps'));
    await operate(world, mishaps, random, operations);
    const operatedFor = world.history.now();
    await converge(world);
    const figures = { seed, operatedFor, convergedAfter: world.history.now() - operatedFor, world, mishaps };
    await check(world);
    await checkRestores(world, random.stream('restores'));
    if (world.history.findings.length > 0) throw new Error(await describeFindings(figures));
    return figures;
  } finally {
    await world.stop();
  }
}

/** The mode of a seed: each mode has half of all seeds, odd ones and even ones. */
const modeOf = (seed: number): Mode => ((seed >> 3) % 2 === 0 ? 'direct' : 'gate');

async function operate(world: World, mishaps: Mishaps, random: Random, operations: number): Promise<void> {
  const budget = new Budget(operations);
  const { tenant, processes, history } = world;
  const calling: Calling = { tenant, processes, history, known: new Map(), take: () => budget.take() };
  const calls = Array.from({ length: CALLERS }, (_, index) => {
    const name = `caller${index + 1}`;
    return new Caller(name, random.stream(name), calling).run();
  });
  world.hydra.faults = (call) => world.weather.faultFor(call);
  const passing = letTimePass(world);
  try {
    const over = Promise.all(calls).then(() => mishaps.stop());
    await Promise.all([over, mishaps.run(() => budget.shrunk())]);
  } finally {
    await passing.stop();
  }
}

/** How many operations are left to do. */
class Budget {
  private done = 0;
  private mark = 0;

  constructor(private readonly operations: number) {}

  take(): boolean {
    if (this.done >= this.operations) return false;
    this.done++;
    return true;
  }

  /** Resolves when enough were taken since it did so before, or none is left. */
  async shrunk(): Promise<void> {
    while (this.done < this.mark + OPERATIONS_PER_MISHAP && this.done < this.operations) await delay(10);
    this.mark = this.done;
  }
}

/** Settles calls from time to time. That may fail, since the database is not always there. */
function letTimePass(world: World): { stop(): Promise<void> } {
  const time = new PassingTime(world);
  let isOver = false;
  const ticking = (async () => {
    while (!isOver) {
      await time.settleCalls().catch(() => undefined);
      await delay(TICK_MS);
    }
  })();
  return {
    stop: () => {
      isOver = true;
      return ticking;
    },
  };
}
