import { Injectable, Logger } from '@nestjs/common';
import { HydraConfig } from '../config/hydra-config.js';
import type { LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import type { ClientSettings } from '../oauth-clients/model/members.js';
import type { ServerMode } from '../oauth-clients/model/oauth-client.vocabulary.js';
import type { Violation } from '../problem-details/violation.js';
import {
  AuthorizationServer,
  type ClientWrite,
  type Endpoints,
  type Introduction,
  type SecretOwner,
  type SecretWish,
  type SwaggerSignIn,
} from '../authorization-server/authorization-server.js';
import { signInBy } from '../authorization-server/swagger-sign-in.js';
import { Config } from '../config/config.js';
import { presentsHookSecret } from './hooks/presents-hook-secret.js';
import { ClientStandings } from './standings/client-standings.js';
import { hydraBehaviour } from './hydra-behaviour.js';
import { hydraIntroduction } from './introduction.js';
import { hydraViolations, secretViolations } from './hydra-violations.js';
import { InternalSecrets } from './admin-api/internal-secrets.js';
import { PublicApiWatch } from './public-api-watch.js';
import { Reconciler } from './sync/reconciler.js';
import { SecretSeal } from './sync/secret-seal.js';
import { GateClients } from './token-gate/gate-clients.js';
import { TOKEN_GATE_PATH, GateEndpoints } from './token-gate/gate-endpoints.js';
import { SyncStore } from './sync/sync-store.js';
import { isSettled, withSyncState } from '../oauth-clients/model/sync-status.js';

/** Milliseconds that a request waits for Hydra to have its change. */
const PATIENCE_MS = 2_000;
/** Milliseconds from one look to the next whether another process has brought the change. */
const LOOK_EVERY_MS = 250;

/** An Ory Hydra, which keeps clients of its own and is brought to the registry's state after each change. */
@Injectable()
export class HydraAuthorizationServer extends AuthorizationServer {
  readonly appliesOnCommit = false;
  /** The token hook does: Hydra itself ends access tokens only. */
  readonly endsTokens = this.config.hookSecrets.length > 0;
  /** The key of the token gate, if new clients come to it. */
  readonly gateKey = this.internalSecrets.gateKey;
  readonly behaviour = hydraBehaviour(this.config);
  readonly endpoints: Endpoints | null;
  readonly swaggerSignIn: SwaggerSignIn | null;
  /** Hydra and its proxy send the calls of the token hook and the authorize gate. */
  readonly isSender = presentsHookSecret(this.config);
  private readonly logger = new Logger(HydraAuthorizationServer.name);

  constructor(
    private readonly reconciler: Reconciler,
    private readonly store: SyncStore,
    private readonly secrets: SecretSeal,
    private readonly config: HydraConfig,
    private readonly standings: ClientStandings,
    private readonly internalSecrets: InternalSecrets,
    private readonly gateClients: GateClients,
    { middleware }: GateEndpoints,
    private readonly service: Config,
    private readonly publicApi: PublicApiWatch,
  ) {
    super();
    this.endpoints = config.publicUrl === null ? null : { path: TOKEN_GATE_PATH, middleware };
    const { swaggerClientId } = config;
    // Hydra puts an audience into a token only when the request asks for it.
    this.swaggerSignIn =
      swaggerClientId === null ? null : signInBy(swaggerClientId, service, { audience: service.audience });
  }

  get isReachable(): boolean {
    return this.reconciler.isReachable && this.publicApi.isReachable;
  }

  introduce(): Promise<Introduction> {
    return Promise.resolve(hydraIntroduction(this.config, this.service));
  }

  violations(settings: ClientSettings): Violation[] {
    return hydraViolations(settings, this.config);
  }

  secretViolations(wish: SecretWish, { server_mode }: LoadedOAuthClient): Violation[] {
    // A client that is not at the gate yet comes to it with its next change; and leaves a gate that is not there any more.
    const isServed = server_mode === 'gate' ? this.endpoints !== null : this.gateKey !== null;
    return isServed ? [] : secretViolations(wish, this.config);
  }

  /** Null for a client of the token gate, since Hydra is not told its secret, unless the gate is not there any more. */
  seal(secret: string, owner: SecretOwner, mode: ServerMode): Buffer | null {
    return mode === 'gate' && this.endpoints !== null ? null : this.secrets.seal(secret, owner);
  }

  async bring(write: ClientWrite, isDeletion: boolean): Promise<LoadedOAuthClient | undefined> {
    const client = await this.reconciler.change(write);
    if (client === undefined) return undefined;
    this.gateClients.expire(client.client_id);
    this.standings.expire(client.client_id, { hasEnded: isDeletion || !client.enabled });
    try {
      return await this.follow(client);
    } catch (error) {
      this.logger.warn(`The sync of a change could not be followed: ${String(error)}`);
      return client;
    }
  }

  clientsChanged(): void {
    this.gateClients.expireAll();
    this.standings.expireAll();
  }

  /** Waits for Hydra to have the change. It holds no database connection meanwhile. */
  private async follow<Client extends LoadedOAuthClient>(client: Client): Promise<Client> {
    const end = performance.now() + PATIENCE_MS;
    for (let left = PATIENCE_MS; left > 0 && this.reconciler.isWorking; left = end - performance.now()) {
      const news = await this.reconciler.next(client.id, Math.min(left, LOOK_EVERY_MS));
      const state = news ?? (await this.store.stateOf(client.id));
      if (state && isSettled(state, client.revision)) return withSyncState(client, state);
    }
    return client;
  }
}
