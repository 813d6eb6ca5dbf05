import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import {
  AuthorizationServer,
  type ClientWrite,
  type Endpoints,
  type Introduction,
  type SwaggerSignIn,
} from '../authorization-server/authorization-server.js';
import { signInBy } from '../authorization-server/swagger-sign-in.js';
import { Config } from '../config/config.js';
import { MOUNT_PATH } from '../config/embedded-issuer.js';
import type { ClientSettings } from '../oauth-clients/model/members.js';
import type { ServerBehaviour } from '../oauth-clients/model/server-behaviour.js';
import { brokenRules } from '../oauth-clients/model/rule.js';
import type { LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import {
  RESPONSE_PARAMETERS,
  reservedParameters,
} from '../oauth-clients/model/redirect-uri/reserved-parameters.js';
import type { Violation } from '../problem-details/violation.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import { audienceViolations } from './audience-violations.js';
import { DemoSeed } from './demo/demo-seed.js';
import { DemoTokens } from './demo/demo-tokens.js';
import { demoIntroduction } from './demo/introduction.js';
import { SWAGGER_UI_CLIENT_ID } from './demo/demo.js';
import { forgetRunningService, noteRunningService } from './demo/running-service.js';
import { embeddedEndpoints } from './endpoints.js';
import { ServerState } from './server-state.js';

/**
 * Parameters that a redirect URI must not have, because the answers of this server do. They name their issuer as well
 * (RFC 9207).
 */
const RESERVED = [...RESPONSE_PARAMETERS, 'iss'];

/** An authorization server in this process. It reads the registry's own tables, so there is nothing to bring to it. */
@Injectable()
export class EmbeddedAuthorizationServer extends AuthorizationServer implements OnApplicationShutdown {
  readonly appliesOnCommit = true;
  readonly isReachable = true;
  readonly endsTokens = true;
  readonly gateKey = null;
  readonly behaviour: ServerBehaviour = {
    refreshNeedsOfflineAccess: false,
    noticesUses: true,
    requiresPkceBesideSecret: true,
    lostScopes: () => [],
  };
  readonly endpoints: Endpoints;
  readonly swaggerSignIn: SwaggerSignIn;

  constructor(
    private readonly config: Config,
    private readonly state: ServerState,
    pool: pg.Pool,
    private readonly demoSeed: DemoSeed,
    private readonly demoTokens: DemoTokens,
    limits: RateLimits,
  ) {
    super();
    this.endpoints = { path: MOUNT_PATH, middleware: embeddedEndpoints({ config, state, pool, limits }) };
    this.swaggerSignIn = signInBy(SWAGGER_UI_CLIENT_ID, config);
  }

  async onApplicationShutdown(): Promise<void> {
    await forgetRunningService(this.config);
  }

  /** This server needs no HTTP to ask the registry. */
  isSender(): boolean {
    return false;
  }

  async introduce(): Promise<Introduction> {
    await noteRunningService(this.config);
    const { publicUrl, dataDirectory } = this.config;
    const { platformSecret } = this.state;
    const left = await this.demoSeed.whatIsLeft();
    const demo = left && { ...left, ...(await this.issueDemoTokens()) };
    return demoIntroduction({ publicUrl, dataDirectory, platformSecret, demo });
  }

  violations(settings: ClientSettings): Violation[] {
    return brokenRules(
      [
        ({ redirect_uris }) => reservedParameters(redirect_uris, RESERVED),
        ({ audiences }) => audienceViolations(audiences),
      ],
      settings,
    );
  }

  secretViolations(): Violation[] {
    return [];
  }

  seal(): null {
    return null;
  }

  bring(write: ClientWrite): Promise<LoadedOAuthClient | undefined> {
    return write(null);
  }

  /** This server remembers no clients. */
  clientsChanged(): void {}

  private async issueDemoTokens(): Promise<{ adminToken: string; viewerToken: string }> {
    const adminToken = await this.demoTokens.issue('admin');
    const viewerToken = await this.demoTokens.issue('viewer');
    return { adminToken, viewerToken };
  }
}
