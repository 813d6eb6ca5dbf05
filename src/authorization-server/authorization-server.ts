import type { Middleware } from '../http/mount-at.js';
import type { LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import type { ClientSettings } from '../oauth-clients/model/members.js';
import type { Violation } from '../problem-details/violation.js';

/** What a sealed secret belongs to: it opens for nothing else. */
export interface SecretOwner {
  readonly clientId: string;
  readonly secretId: string;
}

/** What issues tokens to the registered clients. The registry is the truth; an authorization server follows it. */
export abstract class AuthorizationServer {
  /** Whether a change is in effect as soon as it commits, with nothing left to send. */
  abstract readonly appliesOnCommit: boolean;

  /** Whether it has answered when it was last needed. */
  abstract readonly isReachable: boolean;

  /** Its endpoints under `/oauth2`, for a server that runs in this process. It passes on what it does not serve. */
  abstract readonly middleware: Middleware | null;

  /** Every member of the settings, allowed by the rules of the registry, that this server cannot serve. */
  abstract refusals(settings: ClientSettings): Violation[];

  /** A new secret, encrypted for as long as it has to be sent; null if this server needs no more than its hash. */
  abstract seal(secret: string, owner: SecretOwner): Buffer | null;

  /**
   * Waits a moment for this server to have the change that has just committed. Never fails: the change is durable already.
   *
   * @param isDeleted whether the change was its deletion, which the client does not show
   * @returns the client, with what is known of its sync by then
   */
  abstract settle(client: LoadedOAuthClient, isDeleted: boolean): Promise<LoadedOAuthClient>;
}
