import { setTimeout as delay } from 'node:timers/promises';
import { expireLeases } from './passing-time.js';
import type { Random } from './random.js';
import type { Sky } from './hydra-weather.js';
import type { World } from './world.js';

/** Something that goes wrong for a while. When it returns, all is on its way to be well again. */
type Mishap = (world: World, random: Random) => Promise<void>;

const ALL_MISHAPS: Readonly<Record<string, Mishap>> = {
  'a process is killed': killOne,
  'all processes are killed': killAll,
  'the database is stopped and started': (world) => world.postgres.restart('fast'),
  'the database crashes and recovers': (world) => world.postgres.restart('immediate'),
  'connections to the database are cut': cutDatabase,
  'connections to the database hang': silenceDatabase,
  'Hydra refuses connections': closeHydra,
  'Hydra fails most of the time': (world, random) => sky(world, 'stormy', random.between(500, 1_500)),
  'Hydra is slow': (world, random) => sky(world, 'slow', random.between(300, 900)),
  'Hydra is behind a gateway without a route': (world, random) =>
    sky(world, 'routeless', random.between(200, 800)),
  'Hydra works': (world, random) => sky(world, 'clear', random.between(500, 1_500)),
};

/** What breaks beside single calls, one after the other in an order that the seed draws: each once before any comes again. */
export class Mishaps {
  /** How often each came. */
  readonly counts = new Map<string, number>();
  readonly log: string[] = [];
  private isOver = false;

  constructor(
    private readonly world: World,
    private readonly random: Random,
  ) {}

  /** Until it is told to stop. @param mayStrike resolves when enough was done since the last one */
  async run(mayStrike: () => Promise<void>): Promise<void> {
    let left: string[] = [];
    for (;;) {
      await mayStrike();
      if (this.isOver) break;
      if (left.length === 0) left = this.random.shuffled(Object.keys(ALL_MISHAPS));
      await this.strike(left.pop() ?? '');
    }
    await Promise.all(this.world.processes.map((process) => process.settled()));
  }

  stop(): void {
    this.isOver = true;
  }

  private async strike(name: string): Promise<void> {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.log.push(`${this.world.history.now()} ms: ${name}`);
    await ALL_MISHAPS[name]?.(this.world, this.random);
    this.log.push(`${this.world.history.now()} ms: ${name}, no more`);
  }
}

async function killOne({ processes }: World, random: Random): Promise<void> {
  const process = random.pick(processes);
  await process.settled();
  await process.kill();
  void process.start();
  await delay(random.between(0, 500));
}

/**
 * In the middle of calls, which have their effect when the next life is under way. Nobody is left who could hold a lease, so
 * that it need not wait for their end.
 */
async function killAll(world: World, random: Random): Promise<void> {
  const { processes, pool } = world;
  await Promise.all(processes.map((process) => process.settled()));
  await sky(world, 'silent', random.between(200, 800));
  await Promise.all(processes.map((process) => process.kill()));
  await expireLeases(pool);
  for (const process of processes) void process.start();
  await Promise.all(processes.map((process) => process.settled()));
}

async function cutDatabase({ link }: World, random: Random): Promise<void> {
  for (let times = random.between(1, 3); times > 0; times--) {
    link.cut();
    await delay(random.between(0, 300));
    link.restore();
    await delay(random.between(50, 200));
  }
}

async function silenceDatabase({ link }: World, random: Random): Promise<void> {
  link.silence();
  await delay(random.between(100, 800));
  link.restore();
}

async function closeHydra({ hydra }: World, random: Random): Promise<void> {
  await hydra.down();
  await delay(random.between(100, 1_500));
  await hydra.up();
}

async function sky({ weather }: World, sky: Sky, ms: number): Promise<void> {
  weather.sky = sky;
  await delay(ms);
  weather.sky = 'changeable';
}
