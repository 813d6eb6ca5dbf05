import { setTimeout as delay } from 'node:timers/promises';
import { PassingTime } from './passing-time.js';
import type { World } from './world.js';

/** Milliseconds. Many times what it takes once nothing fails any more. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 100;

interface OutstandingRow {
  readonly id: string;
  readonly state: object;
}

/**
 * Ends all that goes wrong, and waits until Hydra is true to the registry for all that the registry knows, and whatever was to expire has. What is held waits
 * for people.
 */
export async function converge(world: World): Promise<void> {
  await makeWell(world);
  const time = new PassingTime(world);
  const end = performance.now() + PATIENCE_MS;
  for (let rows = await outstanding(world); rows.length > 0; rows = await outstanding(world)) {
    if (performance.now() > end) return blame(world, rows);
    await time.endPauses();
    await time.settleCalls();
    await time.endIdleLeases();
    await delay(LOOK_EVERY_MS);
  }
}

async function makeWell({ weather, hydra, link, processes }: World): Promise<void> {
  weather.sky = 'clear';
  link.restore();
  // Calls that would hang are reset.
  await hydra.down();
  await hydra.up();
  await Promise.all(processes.map((process) => process.settled()));
  while (!hydra.hasSettled()) await delay(LOOK_EVERY_MS);
}

async function outstanding({ pool }: World): Promise<OutstandingRow[]> {
  const { rows } = await pool.query<OutstandingRow>(
    `select id, jsonb_build_object('revision', revision, 'synced_revision', synced_revision, 'deleted_at', deleted_at,
         'sync_attempts', sync_attempts, 'sync_due_at', sync_due_at, 'sync_verify_at', sync_verify_at,
         'sync_problem', sync_problem, 'lease_expires_at', lease_expires_at, 'now', now()) as state
     from oauth_clients c
     where (synced_revision < revision or sync_verify_at is not null or lease_token is not null
         or exists (select from oauth_client_secrets s where s.oauth_client_id = c.id and s.revoked_at is null
           and s.expires_at is not null))
       and doubt is distinct from 'held'`,
  );
  return rows;
}

function blame({ history }: World, rows: readonly OutstandingRow[]): void {
  for (const { id, state } of rows)
    history.blame(id, `does not converge within ${PATIENCE_MS / 1_000} s: ${JSON.stringify(state)}`);
}
