import { createHash } from 'node:crypto';
import type { Operation } from '../history.js';
import { authenticates, type HydraTarget } from '../hydra-target.js';
import type { ClientRow, SecretRow } from './facts.js';
import type { State } from './replay.js';
import type { Blame } from './timeline.js';

/** The secret that was told last works in Hydra, and none that was told before. */
export async function checkSecrets(
  row: ClientRow,
  { state, operations, target }: { state: State; operations: readonly Operation[]; target: HydraTarget },
  blame: Blame,
): Promise<void> {
  for (const { secret, operation } of toldSecrets(operations)) {
    const method = row.token_endpoint_auth_method;
    const works = await authenticates(target, { clientId: row.client_id, secret, method });
    const shouldWork = operation === state.secretFrom;
    if (works && !shouldWork) blame(`the secret of ${operation.requestId} still works`);
    if (!works && shouldWork) blame(`the secret of ${operation.requestId} does not work`);
  }
}

/** The hash of a secret is stored while it is to work; the secret itself, sealed, only until Hydra has it. */
export function checkStoredSecrets(
  row: ClientRow,
  { state, secrets, target }: { state: State; secrets: readonly SecretRow[]; target: HydraTarget },
  blame: Blame,
): void {
  if (secrets.some(({ sealed }) => sealed !== null)) blame('has a sealed secret in the database');
  const alive = secrets.filter(({ revoked_at }) => revoked_at === null);
  const expected = state.secretFrom === null ? 0 : 1;
  if (alive.length !== expected) blame(`has ${alive.length} live secrets, not ${expected}`);
  const inHydra = target.secretOf(row.client_id);
  for (const { hash, id } of alive)
    if (inHydra !== null && !createHash('sha256').update(inHydra).digest().equals(hash))
      blame(`Hydra has another secret than ${id}`);
}

function toldSecrets(operations: readonly Operation[]): { secret: string; operation: Operation }[] {
  return operations.flatMap((operation) => {
    const { outcome } = operation;
    const secret = outcome.kind === 'acknowledged' ? outcome.client?.client_secret : null;
    return typeof secret === 'string' ? [{ secret, operation }] : [];
  });
}
