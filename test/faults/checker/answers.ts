import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../history.js';
import { membersOf, stateAfter } from './replay.js';
import type { Blame, Moment } from './timeline.js';

/** Holds what callers were told about a client against what has happened to it. */
export function checkAnswers(
  operations: readonly Operation[],
  timeline: readonly Moment[],
  blame: Blame,
): void {
  for (const operation of operations) {
    const revision = timeline.findIndex((moment) => moment.operation === operation) + 1;
    const { outcome, requestId } = operation;
    if (outcome.kind === 'refused') checkRefusal(operation, operations, blame);
    if (outcome.kind !== 'acknowledged') continue;
    if (revision > 0) checkEffect(operation, revision, timeline, blame);
    else if (!changesNothing(operation, timeline)) blame(`${requestId} is acknowledged, and has no effect`);
  }
}

function checkEffect(
  { outcome, requestId }: Operation,
  revision: number,
  timeline: readonly Moment[],
  blame: Blame,
): void {
  if (outcome.kind !== 'acknowledged' || outcome.client === null) return;
  const { state, operation } = timeline[revision - 1]!;
  if (outcome.revision !== revision)
    blame(`${requestId} is told revision ${outcome.revision}, not ${revision}`);
  if (!isDeepStrictEqual(membersOf(outcome.client), state.members))
    blame(`${requestId} is told ${JSON.stringify(outcome.client)}, not ${JSON.stringify(state.members)}`);
  const madeSecret = state.secretFrom === operation;
  if ((outcome.client.client_secret !== null) !== madeSecret)
    blame(`${requestId} is told ${madeSecret ? 'no secret' : 'a secret'}`);
}

/** An update that asks for what is there already. */
function changesNothing(operation: Operation, timeline: readonly Moment[]): boolean {
  const { action, outcome } = operation;
  if (action !== 'update' || outcome.kind !== 'acknowledged') return false;
  const moment = timeline[(outcome.revision ?? 0) - 1];
  return (
    moment !== undefined &&
    isDeepStrictEqual(asSets(stateAfter(moment.state, operation).members), asSets(moment.state.members))
  );
}

/** The members with sets for lists: another order alone is no change. */
const asSets = (members: object): object =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) ? new Set(value) : value,
    ]),
  );

/** Nobody is refused without a reason. */
function checkRefusal(operation: Operation, operations: readonly Operation[], blame: Blame): void {
  const { outcome, action, ifMatch, body, endedAt, requestId } = operation;
  if (outcome.kind !== 'refused') return;
  const endsSecret = action === 'endSecret' || action === 'expireSecret';
  const mayBeDeleted = operations.some((other) => other.action === 'delete' && other.startedAt < endedAt);
  const isExplained: Partial<Record<number, boolean>> = {
    // The client may be deleted, or its secret be another one by now.
    404: mayBeDeleted || endsSecret,
    409: action === 'rotate',
    412: ifMatch !== null,
    // The secret had less than a second left, or PKCE is taken from a client without a secret.
    422: action === 'expireSecret' || body['pkce_required'] === false,
  };
  if (!isExplained[outcome.status]) blame(`${requestId} is refused: ${outcome.status} ${outcome.code}`);
}
