import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../history.js';
import type { World } from '../world.js';
import { checkAnswers } from './answers.js';
import { gatherFacts, type ClientRow, type Facts } from './facts.js';
import { expectedInHydra, shownByHydra } from './in-hydra.js';
import { membersOf, type State } from './replay.js';
import { checkSecrets, checkStoredSecrets } from './secrets.js';
import { timelineOf, type Blame } from './timeline.js';

/** The log line about a drift. Any is wrong here, as nobody but the registry writes to this Hydra. */
const DRIFT = "Hydra is brought to the registry's state again";

/** Database = API = Hydra = what the acknowledged operations imply. Writes what is wrong to the history. */
export async function check(world: World): Promise<void> {
  const { history, processes } = world;
  const facts = await gatherFacts(world);
  for (const process of processes) for (const crash of process.crashes) history.blame(null, crash);
  for (const process of processes) for (const line of process.linesAbout(DRIFT)) history.blame(null, line);
  checkThatAllIsThere(world, facts);
  for (const row of facts.rows) await checkClient(world, facts, row);
}

/** What was acknowledged has a row, and nothing is anywhere that has none. */
function checkThatAllIsThere({ history }: World, { rows, events, inHydra }: Facts): void {
  const ids = new Set(rows.map(({ id }) => id));
  for (const { action, outcome, requestId } of history.operations) {
    const isCreated = action === 'create' && outcome.kind === 'acknowledged';
    if (isCreated && !ids.has(outcome.client?.id ?? ''))
      history.blame(outcome.client?.id ?? null, `${requestId} is acknowledged, and there is no client`);
  }
  for (const event of events)
    if (!ids.has(event.oauth_client_id))
      history.blame(null, `an event without a client: ${JSON.stringify(event)}`);
  const clientIds = new Set(rows.map((row) => row.client_id));
  for (const clientId of inHydra.keys())
    if (!clientIds.has(clientId)) history.blame(null, `Hydra has ${clientId}, which the registry does not`);
}

async function checkClient(world: World, facts: Facts, row: ClientRow): Promise<void> {
  const { history, target, mode } = world;
  const blame: Blame = (problem) => history.blame(row.id, problem);
  const events = facts.events.filter((event) => event.oauth_client_id === row.id);
  const timeline = timelineOf(row, events, history, blame);
  const state = timeline?.at(-1)?.state;
  if (!timeline || !state) return;
  const operations = history.operations.filter((operation) => idOf(operation) === row.id);
  const secrets = facts.secrets.filter((secret) => secret.oauth_client_id === row.id);
  checkAnswers(operations, timeline, blame);
  checkRow(row, state, blame);
  checkLists(facts, row, state, blame);
  checkStoredSecrets({ state, secrets, inHydra: target.secretOf(row.client_id), mode }, blame);
  const secretId = secrets.find(({ revoked_at }) => revoked_at === null)?.id ?? null;
  checkHydra(world, facts, { row, state, secretId }, blame);
  await checkSecrets(row, { state, operations, tokenUrl: world.tokenUrl, mode }, blame);
}

function idOf({ target, outcome }: Operation): string | null {
  return target ?? (outcome.kind === 'acknowledged' ? (outcome.client?.id ?? null) : null);
}

function checkRow(row: ClientRow, { members, isDeleted }: State, blame: Blame): void {
  if (!isDeepStrictEqual(membersOf(row), members))
    blame(`is stored as ${JSON.stringify(membersOf(row))}, not as ${JSON.stringify(members)}`);
  if ((row.deleted_at !== null) !== isDeleted) blame(isDeleted ? 'is not deleted' : 'is deleted');
  if (row.doubt !== null) blame(`is doubted: ${row.doubt}`);
  if (row.sync_problem !== null) blame(`has a problem: ${JSON.stringify(row.sync_problem)}`);
  if (row.synced_revision !== row.revision) blame(`is synced at ${row.synced_revision}, not ${row.revision}`);
}

function checkLists({ listed }: Facts, { id }: ClientRow, { members, isDeleted }: State, blame: Blame): void {
  for (const [index, clients] of listed.entries()) {
    const shown = clients.get(id);
    const expected = isDeleted ? undefined : { ...members, sync_status: 'synced', client_secret: null };
    const actual = shown && {
      ...membersOf(shown),
      sync_status: shown.sync_status,
      client_secret: shown.client_secret,
    };
    if (!isDeepStrictEqual(actual, expected))
      blame(`process ${index + 1} shows ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
  }
}

function checkHydra(
  { tenant, mode }: World,
  { registryId, inHydra }: Facts,
  { row, state, secretId }: { row: ClientRow; state: State; secretId: string | null },
  blame: Blame,
): void {
  const stored = inHydra.get(row.client_id);
  if (state.isDeleted || !stored) {
    if (stored) blame('is deleted, and lives on in Hydra');
    if (!state.isDeleted) blame('is not in Hydra');
    return;
  }
  const { organizationId, projectId } = tenant;
  const { id, client_id: clientId, revision } = row;
  const identity = {
    clientId,
    registryId,
    id,
    organizationId,
    projectId,
    revision,
    secretId,
    mode,
    key: row.server_key,
  };
  const expected = expectedInHydra(state.members, identity);
  const actual = shownByHydra(stored);
  for (const [name, value] of Object.entries(expected))
    if (!isDeepStrictEqual(actual[name], value))
      blame(`Hydra has ${name} ${JSON.stringify(actual[name])}, not ${JSON.stringify(value)}`);
}
