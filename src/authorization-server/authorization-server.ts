import type { FastifyRequest } from 'fastify';
import type { Middleware } from '../http/mount-at.js';
import type { LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import type { ChangedClient } from '../oauth-clients/model/leased-client.js';
import type { ClientSettings } from '../oauth-clients/model/members.js';
import type { ServerMode } from '../oauth-clients/model/oauth-client.vocabulary.js';
import type { ServerBehaviour } from '../oauth-clients/model/server-behaviour.js';
import type { Violation } from '../problem-details/violation.js';

/** The client and the secret that a sealed secret is bound to: it opens for no other. */
export interface SecretOwner {
  readonly clientId: string;
  readonly secretId: string;
}

/** What an owner asks for when a secret is made or changed. */
export interface SecretWish {
  readonly expires_in_seconds?: number;
  /** Seconds for which older secrets work beside a new one. */
  readonly overlap_seconds?: number;
}

/** HTTP endpoints of an authorization server that this process serves. */
export interface Endpoints {
  /** The path where they are mounted, without a trailing slash. */
  readonly path: string;
  /** Passes on what it does not serve. */
  readonly middleware: Middleware;
}

/** Options of Swagger UI by which a person signs in there. */
export interface SwaggerSignIn {
  readonly oauth2RedirectUrl: string;
  readonly initOAuth: object;
}

/** What a person at the terminal is told when the service starts. It may hold tokens and secrets: never for a log. */
export interface Introduction {
  readonly links: readonly (readonly [name: string, place: string])[];
  /** Commands to paste, with the prose around them. */
  readonly examples: readonly string[];
}

/**
 * Commits a change of one client. Undefined when it does not, because another write was first.
 *
 * @param leaseToken takes the client's lease with the change, unless something is on its way to the server already; null does not
 */
export type ClientWrite = (leaseToken: string | null) => Promise<ChangedClient | undefined>;

/** What issues tokens to the registered clients. The registry is the truth; an authorization server follows it. */
export abstract class AuthorizationServer {
  /** Whether a change is in effect as soon as it commits, with nothing left to send. */
  abstract readonly appliesOnCommit: boolean;

  /** Whether it answers, as was seen seconds ago at most. */
  abstract readonly isReachable: boolean;

  /** Whether it refuses grants, refresh tokens and codes from before a moment that the registry names. */
  abstract readonly endsTokens: boolean;

  /**
   * Id of the key that the internal secrets of new clients are derived from; null where the server is to know clients by
   * their own secrets.
   */
  abstract readonly gateKey: string | null;

  /** What owners are told about the server. */
  abstract readonly behaviour: ServerBehaviour;

  /** What this process serves; null for a server that runs elsewhere. */
  abstract readonly endpoints: Endpoints | null;

  /** Null for a server to which Swagger UI is not registered: people bring a token of their own. */
  abstract readonly swaggerSignIn: SwaggerSignIn | null;

  /**
   * Whether the authorization server itself sends this request. It does so for all of its clients from one address, so
   * that the limits by address do not apply.
   */
  abstract isSender(request: Pick<FastifyRequest, 'url' | 'headers'>): boolean;

  /** What the startup banner says of it. */
  abstract introduce(): Promise<Introduction>;

  /** Every member of the settings, allowed by the rules of the registry, that this server cannot serve. */
  abstract violations(settings: ClientSettings): Violation[];

  /** What is asked of a client's secrets, allowed by the rules of the registry, that this server cannot serve. */
  abstract secretViolations(wish: SecretWish, client: LoadedOAuthClient): Violation[];

  /**
   * A new secret, encrypted for as long as it has to be sent; null if this server needs no more than its hash.
   *
   * @param mode how the server knows the client
   */
  abstract seal(secret: string, owner: SecretOwner, mode: ServerMode): Buffer | null;

  /**
   * Makes a change, and waits a moment for this server to have it. Fails only as the write does: what has committed is durable.
   *
   * @param isDeletion whether the change is the client's deletion, which the client does not show
   * @returns the client, with what is known of its sync by then; undefined when nothing was written
   */
  abstract bring(write: ClientWrite, isDeletion: boolean): Promise<LoadedOAuthClient | undefined>;

  /**
   * To be called after a commit that changed many clients, as the end of a project does: this process then forgets what
   * it remembers of clients. Waits for nothing.
   */
  abstract clientsChanged(): void;
}
