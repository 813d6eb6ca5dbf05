import { setTimeout as sleep } from 'node:timers/promises';
import { DriftPass } from '../../../src/hydra/drift/drift-pass.js';
import type { TestRegistry } from '../registry.js';

/** Lets a whole pass compare all of Hydra. One that the registry has begun by itself, perhaps too early, is waited for first. */
export async function compareAll({ app }: Pick<TestRegistry, 'app'>): Promise<void> {
  const pass = app.nest.get(DriftPass);
  while (!(await pass.run())) await sleep(20);
}
