import { createHash } from 'node:crypto';
import type { Operation } from '../history.js';
import { authenticates } from '../hydra-target.js';
import type { ClientRow, SecretRow } from './facts.js';
import type { State } from './replay.js';
import type { Mode } from '../world.js';
import type { Blame } from './timeline.js';

interface ToldSecrets {
  readonly state: State;
  readonly operations: readonly Operation[];
  readonly tokenUrl: string;
  readonly mode: Mode;
}

/** The secret that was told last works, and none that was told before. The gate knows no disabled client. */
export async function checkSecrets(
  row: ClientRow,
  { state, operations, tokenUrl, mode }: ToldSecrets,
  blame: Blame,
): Promise<void> {
  for (const { secret, operation } of toldSecrets(operations)) {
    const method = row.token_endpoint_auth_method;
    const works = await authenticates(tokenUrl, { clientId: row.client_id, secret, method });
    const isServed = mode === 'direct' || state.members.enabled;
    const shouldWork = operation === state.secretFrom && isServed;
    if (works && !shouldWork) blame(`the secret of ${operation.requestId} still works`);
    if (!works && shouldWork) blame(`the secret of ${operation.requestId} does not work`);
  }
}

interface StoredSecrets {
  readonly state: State;
  readonly secrets: readonly SecretRow[];
  /** In clear; null where that cannot be known. */
  readonly inHydra: string | null;
  readonly mode: Mode;
}

/** The hash of a secret is stored while it is to work; the secret itself, sealed, only until Hydra has it. */
export function checkStoredSecrets({ state, secrets, inHydra, mode }: StoredSecrets, blame: Blame): void {
  if (secrets.some(({ sealed }) => sealed !== null)) blame('has a sealed secret in the database');
  const alive = secrets.filter(({ revoked_at }) => revoked_at === null);
  const expected = state.secretFrom === null ? 0 : 1;
  if (alive.length !== expected) blame(`has ${alive.length} live secrets, not ${expected}`);
  for (const { hash, id } of alive) {
    if (inHydra === null) continue;
    const isThis = createHash('sha256').update(inHydra).digest().equals(hash);
    if (isThis && mode === 'gate') blame(`Hydra has ${id} itself, past the gate`);
    if (!isThis && mode === 'direct') blame(`Hydra has another secret than ${id}`);
  }
}

function toldSecrets(operations: readonly Operation[]): { secret: string; operation: Operation }[] {
  return operations.flatMap((operation) => {
    const { outcome } = operation;
    const secret = outcome.kind === 'acknowledged' ? outcome.client?.client_secret : null;
    return typeof secret === 'string' ? [{ secret, operation }] : [];
  });
}
