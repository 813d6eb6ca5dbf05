import type { Access } from '../access/access.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import type { NewSecret } from './model/client-secret.js';
import type { ObservedClient } from './model/live-secrets.js';
import type { ClientChange } from './writes/oauth-client.writes.js';
import type { SecretUpdate } from './writes/secret.writes.js';

/** The next state of a client, and what comes with it. */
export interface Change extends Pick<
  ClientChange,
  'action' | 'changes' | 'settings' | 'overlap_seconds' | 'end_tokens'
> {
  readonly secret?: NewSecret | null;
  /** Identifies the call where its caller may repeat it (`Idempotency-Key`). */
  readonly call?: IdempotentCall | null;
}

/** How a secret is to be changed. */
export type SecretChange = Pick<
  SecretUpdate,
  'action' | 'changes' | 'name' | 'expires_in_seconds' | 'revoked'
>;

/** A secret that a change is about. */
export interface ChangedSecret {
  readonly id: string;
  readonly expires_at: Date | null;
  /** The database's clock, when it was read. */
  readonly read_at: Date;
  /** Whether it works. */
  readonly isLive: boolean;
}

/** A client, and the secret that this very call made. */
export interface ClientWithSecret {
  readonly client: ObservedClient;
  readonly secret: Pick<NewSecret, 'id' | 'secret'> | null;
  /** Whether an earlier call with the same key did it. */
  readonly isReplayed?: boolean;
}

/**
 * What becomes of a write that is allowed and decided: it is done (`OAuthClientStore`), or it is told what it would do
 * (`DryRun`). Whatever decides does not know which.
 */
export interface ClientWrites<Result> {
  /** Null when the project is gone, or has as many clients as it may have, or the same call was made already. */
  create(access: Access, change: Change, maxClients: number): Promise<Result | null>;

  /** Null when the client is no longer at the revision that was read: another write was first. */
  change(access: Access, stored: ObservedClient, change: Change): Promise<Result | null>;

  /** Null when another write was first. */
  delete(access: Access, stored: ObservedClient): Promise<Result | null>;

  /** Null when another write was first. */
  changeSecret(
    access: Access,
    stored: ObservedClient,
    secret: ChangedSecret,
    next: SecretChange,
  ): Promise<Result | null>;

  /** The result of a call that writes nothing: it asks for the present state, or was made before. */
  nothing(access: Access, present: ClientWithSecret): Result;
}
