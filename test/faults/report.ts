import type { LoggedCall } from './faulty-hydra.js';
import type { Operation } from './history.js';
import type { Mishaps } from './mishaps.js';
import type { World } from './world.js';

export interface Figures {
  readonly seed: number;
  /** Milliseconds. */
  readonly operatedFor: number;
  readonly convergedAfter: number;
  readonly world: World;
  readonly mishaps: Mishaps;
}

const CLIENTS_TOLD = 3;
const LINES_TOLD = 200;

/** A few lines about a run that went well. */
export function summarize({ seed, operatedFor, convergedAfter, world, mishaps }: Figures): string {
  const { history, weather, hydra } = world;
  return [
    `FAULTS_SEED=${seed}: ${history.operations.length} operations in ${seconds(operatedFor)}, ` +
      `converged after ${seconds(convergedAfter)}, ${hydra.calls.length} calls of Hydra`,
    `  operations: ${list(Object.entries(history.counts()))}`,
    `  calls that failed: ${list(weather.counts)}`,
    `  mishaps: ${list(mishaps.counts)}`,
    '',
  ].join('\n');
}

/** What is wrong, with all that is known about the clients concerned. */
export async function describeFindings(figures: Figures): Promise<string> {
  const { world, mishaps } = figures;
  const { findings } = world.history;
  const clients = [...new Set(findings.flatMap(({ client }) => client ?? []))];
  const stories = await Promise.all(clients.slice(0, CLIENTS_TOLD).map((id) => storyOf(id, world)));
  return [
    `${findings.length} findings`,
    summarize(figures),
    ...findings.map(({ client, problem }) => `${client ?? 'the registry'}: ${problem}`),
    ...stories.flat(),
    'Mishaps',
    ...mishaps.log,
  ].join('\n');
}

async function storyOf(id: string, { history, hydra, processes, pool }: World): Promise<string[]> {
  const { rows } = await pool.query<{ row: { client_id: string } }>(
    'select to_jsonb(c) as row from oauth_clients c where id = $1',
    [id],
  );
  const clientId = rows[0]?.row.client_id ?? 'unknown';
  const told = [
    ...history.operations.filter((operation) => isAbout(operation, id)).map(tellOperation),
    ...hydra.calls.filter((call) => call.clientId === clientId).map(tellCall),
  ].toSorted((one, other) => one.at - other.at);
  return [
    `History of ${id}, ${clientId} in Hydra, stored as ${JSON.stringify(rows[0]?.row)}`,
    ...told.map(({ at, text }) => `${at} ms: ${text}`),
    'Log lines',
    ...processes.flatMap((process) => process.linesAbout(clientId)).slice(-LINES_TOLD),
  ];
}

function isAbout({ target, outcome }: Operation, id: string): boolean {
  return target === id || (outcome.kind === 'acknowledged' && outcome.client?.id === id);
}

function tellOperation(operation: Operation): { at: number; text: string } {
  const { requestId, action, process, body, ifMatch, startedAt, endedAt, outcome } = operation;
  const answer = JSON.stringify(outcome);
  const condition = ifMatch === null ? '' : ` if at ${ifMatch}`;
  const text = `${requestId} ${action}${condition} ${JSON.stringify(body)} at ${process}; at ${endedAt} ms ${answer}`;
  return { at: startedAt, text };
}

function tellCall({ at, method, path, body, fault, status }: LoggedCall): { at: number; text: string } {
  return { at, text: `  ${method} ${path} ${body} -> ${status ?? 'no answer'} (${fault ?? 'no fault'})` };
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const list = (counts: Iterable<readonly [string, number]>): string =>
  [...counts]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
