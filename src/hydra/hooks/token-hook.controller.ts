import { Controller, Header, HttpStatus, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthenticatedBy } from '../../auth/public.decorator.js';
import { Config } from '../../config/config.js';
import type { BodyConfig } from '../../http/json-body.js';
import { assignableScopes } from '../../oauth-clients/model/scope.js';
import { grantableAudiences, type GrantableAudiences } from '../../oauth-clients/model/audience.js';
import { hasGoodSecret, type ClientStanding } from '../standings/client-standing.js';
import { ClientStandings } from '../standings/client-standings.js';
import { refusal } from '../standings/refusal.js';
import { HookSecretGuard } from './hook-secret.guard.js';
import { refuseOtherAudiences } from './listed-audiences.js';
import { SecretUses } from './secret-uses.js';
import { assertMayIssue, readTokenHookRequest, withTenant, type TokenHookAnswer } from './token-hook.js';

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
  private readonly mayAssign: (scope: string) => boolean;
  private readonly audiencesOf: GrantableAudiences;

  constructor(
    private readonly standings: ClientStandings,
    private readonly uses: SecretUses,
    config: Config,
  ) {
    this.mayAssign = assignableScopes(config.assignableScopes);
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
    const standing = await this.standings.of(request.clientId);
    if (standing) assertMayIssue(request, standing, this.mayAssign);
    if (standing) refuseOtherAudiences(request.grantedAudience, this.audiencesOf(standing));
    if (standing) await this.refuseEndedSecret(request.clientId, standing);
    if (standing) this.uses.note(standing);
    const answer = standing && withTenant(request, standing);
    reply.status(answer ? HttpStatus.OK : HttpStatus.NO_CONTENT);
    return answer ?? undefined;
  }

  /**
   * Hydra takes a secret for good until it is told otherwise, which takes a moment, or longer while Hydra is out of
   * reach.
   */
  private async refuseEndedSecret(clientId: string, standing: ClientStanding): Promise<void> {
    if (hasGoodSecret(standing)) return;
    const renewed = await this.standings.renewed(clientId);
    if (!renewed || hasGoodSecret(renewed)) return;
    this.uses.noteRefusal(clientId, renewed);
    throw refusal('the secret has expired or was ended: use the newest, or make one in the registry');
  }
}
