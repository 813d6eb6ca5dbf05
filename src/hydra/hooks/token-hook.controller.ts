import { Controller, Header, HttpStatus, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthenticatedBy } from '../../auth/public.decorator.js';
import { Config } from '../../config/config.js';
import type { BodyConfig } from '../../http/json-body.js';
import { assignableScopes } from '../../oauth-clients/model/scope.js';
import { grantableAudiences, type GrantableAudiences } from '../../oauth-clients/model/audience.js';
import { grantableScopes } from '../admin-api/hydra-scopes.js';
import { hasGoodSecret, type ClientStanding } from '../standings/client-standing.js';
import { ClientStandings } from '../standings/client-standings.js';
import { refusal } from '../standings/refusal.js';
import { HookSecretGuard } from './hook-secret.guard.js';
import { areListed, refuseOtherAudiences } from './listed-audiences.js';
import { SecretUses } from './secret-uses.js';
import {
  areGrantable,
  assertMayIssue,
  readTokenHookRequest,
  withTenant,
  type TokenHookAnswer,
  type TokenHookRequest,
} from './token-hook.js';

/**
 * The body holds the session, which is as large as a consent application makes it, whoever the client is. Hydra issues no
 * token without an answer.
 */
const LARGE_BODY: BodyConfig = { body: { bytes: 1024 * 1024, depth: 500 } };

/** Hydra asks here before it issues a token at its token endpoint. */
@ApiExcludeController()
@AuthenticatedBy(HookSecretGuard)
@Controller('hooks/hydra/token')
export class TokenHookController {
  private readonly scopesOf: (standing: ClientStanding) => string[];
  private readonly audiencesOf: GrantableAudiences;

  constructor(
    private readonly standings: ClientStandings,
    private readonly uses: SecretUses,
    config: Config,
  ) {
    const mayAssign = assignableScopes(config.assignableScopes);
    this.scopesOf = (standing) => grantableScopes(standing, mayAssign);
    this.audiencesOf = grantableAudiences(config);
  }

  /** Answers 200 with the session to be, 204 to leave it as it is, 403 for no token. */
  @Post()
  @RouteConfig(LARGE_BODY)
  @Header('cache-control', 'no-store')
  async decide(
    @Req() { body }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenHookAnswer | undefined> {
    const request = readTokenHookRequest(body);
    const standing = await this.standingFor(request);
    if (standing) this.refuse(request, standing);
    if (standing) this.uses.note(standing);
    const answer = standing && withTenant(request, standing);
    reply.status(answer ? HttpStatus.OK : HttpStatus.NO_CONTENT);
    return answer ?? undefined;
  }

  /** What was last known may lack a secret, a scope or an audience that the client has been given since. */
  private async standingFor(request: TokenHookRequest): Promise<ClientStanding | null> {
    const known = await this.standings.of(request.clientId);
    if (!known || this.hasAll(request, known)) return known;
    return this.standings.renewed(request.clientId);
  }

  private hasAll({ scopes, grantedAudience }: TokenHookRequest, standing: ClientStanding): boolean {
    return (
      hasGoodSecret(standing) &&
      areGrantable(scopes, this.scopesOf(standing)) &&
      areListed(grantedAudience, this.audiencesOf(standing))
    );
  }

  /**
   * Hydra takes a secret, a scope or an audience for good until it is told otherwise, which takes a moment, or longer while
   * Hydra is out of reach; and it never asks again for what a code was issued for.
   */
  private refuse(request: TokenHookRequest, standing: ClientStanding): void {
    assertMayIssue(request, standing, this.scopesOf(standing));
    refuseOtherAudiences(request.grantedAudience, this.audiencesOf(standing));
    if (hasGoodSecret(standing)) return;
    this.uses.noteRefusal(request.clientId, standing);
    throw refusal('the secret has expired or was ended: use the newest, or make one in the registry');
  }
}
