import { isDeepStrictEqual } from 'node:util';
import type { Action, History, Operation } from '../history.js';
import type { ClientRow, EventRow } from './facts.js';
import { stateAfter, type State } from './replay.js';

/** One revision of a client: the operation that made it, as its audit event says, or null for the clock; and what it must be by then. */
export interface Moment {
  readonly operation: Operation | null;
  readonly state: State;
}

export type Blame = (problem: string) => void;

const ACTIONS: Readonly<Record<Action, string>> = {
  create: 'oauth_client.created',
  update: 'oauth_client.updated',
  rotate: 'oauth_client.secret_created',
  expireSecret: 'oauth_client.secret_changed',
  endTokens: 'oauth_client.tokens_ended',
  endSecret: 'oauth_client.secret_revoked',
  delete: 'oauth_client.deleted',
};

/** The action of the one event for each secret that has expired, also where a newer secret was made meanwhile. */
const EXPIRED = 'oauth_client.secret_expired';

/**
 * What has happened to a client: its audit events name the operations, in the order of their effects, and the state after
 * each follows from what was asked. @returns null when the events make no sense
 */
export function timelineOf(
  row: ClientRow,
  events: readonly EventRow[],
  history: History,
  blame: Blame,
): Moment[] | null {
  const revisions = events.map(({ revision }) => revision);
  if (
    !isDeepStrictEqual(
      revisions,
      Array.from({ length: row.revision }, (_, index) => index + 1),
    )
  ) {
    blame(`is at revision ${row.revision}, and has audit events for ${revisions.join(', ')}`);
    return null;
  }
  const moments: Moment[] = [];
  const expiring = new Set<string | null>();
  let newest: string | null = null;
  for (const event of events) {
    const last = moments.at(-1)?.state;
    if (last && event.action === EXPIRED && expiring.delete(event.secret_id)) {
      const state = event.secret_id === newest ? { ...last, secretFrom: null } : last;
      moments.push({ operation: null, state });
      continue;
    }
    const operation = history.find(event.request_id);
    if (!operation || !isAbout(operation, row, event)) {
      blame(`has an audit event that no operation explains: ${JSON.stringify(event)}`);
      return null;
    }
    const before = last ?? null;
    const state = stateAfter(before, operation);
    checkChanges(event, before, state, blame);
    moments.push({ operation, state });
    if (operation.action === 'expireSecret') expiring.add(event.secret_id);
    if (state.secretFrom === operation) newest = event.secret_id;
  }
  checkOrder(moments, blame);
  return moments;
}

function isAbout(operation: Operation, row: ClientRow, event: EventRow): boolean {
  const isTarget = operation.target === (event.revision === 1 ? null : row.id);
  return isTarget && ACTIONS[operation.action] === event.action && operation.outcome.kind !== 'refused';
}

/** The members that an event says were changed are those that were, and it says from and to what, of lists what was added and removed. */
function checkChanges(
  { action, changes, revision }: EventRow,
  before: State | null,
  after: State,
  blame: Blame,
): void {
  const old = new Map<string, unknown>(Object.entries(before?.members ?? {}));
  const all = Object.entries(after.members).map(([name, to]): [string, object | null] => [
    name,
    changeOf(old.get(name) ?? null, to),
  ]);
  const endsLater = action === ACTIONS.expireSecret && { expires_at: changes['expires_at'] };
  const expected = { ...Object.fromEntries(all.filter(([, change]) => change !== null)), ...endsLater };
  if (!isDeepStrictEqual(changes, expected))
    blame(
      `${action} at revision ${revision} records ${JSON.stringify(changes)}, not ${JSON.stringify(expected)}`,
    );
}

/** Lists are sets. */
function changeOf(from: unknown, to: unknown): object | null {
  if (!Array.isArray(to)) return isDeepStrictEqual(from, to) ? null : { from, to };
  const old = (from ?? []) as unknown[];
  const added = to.filter((item) => !old.includes(item));
  const removed = old.filter((item) => !to.includes(item));
  return added.length + removed.length === 0 ? null : { added, removed };
}

/** What was answered before another operation began has its effect before that. Each has it once, and over what it demanded. */
function checkOrder(moments: readonly Moment[], blame: Blame): void {
  const seen = new Set<Operation>();
  for (const [index, { operation }] of moments.entries()) {
    if (operation === null) continue;
    const { requestId, ifMatch, endedAt, outcome } = operation;
    if (seen.has(operation)) blame(`${requestId} has its effect twice`);
    seen.add(operation);
    if (ifMatch !== null && ifMatch !== index)
      blame(`${requestId} for revision ${ifMatch} wrote over ${index}`);
    const isKnown = outcome.kind === 'acknowledged';
    const earlier = moments
      .slice(0, index)
      .find((other) => isKnown && other.operation !== null && endedAt < other.operation.startedAt);
    if (earlier)
      blame(`${requestId} has its effect after ${earlier.operation?.requestId}, which began later`);
  }
}
