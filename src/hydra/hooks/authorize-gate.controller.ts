import { All, Controller, Header, HttpCode, HttpStatus, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AuthenticatedBy } from '../../auth/public.decorator.js';
import { Config } from '../../config/config.js';
import type { PathConfig } from '../../http/request-checks.js';
import { grantableAudiences, type GrantableAudiences } from '../../oauth-clients/model/audience.js';
import { audiencesIn, readAuthorizeRequest } from './authorize-request.js';
import { assertMayAuthorize } from './authorize-rules.js';
import { ClientStandings } from '../standings/client-standings.js';
import { HookSecretGuard } from './hook-secret.guard.js';
import { refuseOtherAudiences } from './listed-audiences.js';
import { AUTHORIZE_GATE_PATH, originalRequest } from './original-request.js';

/** Envoy appends the path that it asks about, which is Hydra's to judge. */
const PATH_OF_HYDRA: PathConfig = { ownPath: AUTHORIZE_GATE_PATH };

/** A proxy in front of Hydra's authorization endpoint asks here about every request, before and after login and consent. */
@ApiExcludeController()
@AuthenticatedBy(HookSecretGuard)
@Controller('hooks/authorize')
export class AuthorizeGateController {
  private readonly audiencesOf: GrantableAudiences;

  constructor(
    private readonly standings: ClientStandings,
    config: Config,
  ) {
    this.audiencesOf = grantableAudiences(config);
  }

  /** 200, the one status that every proxy takes for a yes, or 403. Envoy keeps the method. */
  @All(['/', '/*'])
  @RouteConfig(PATH_OF_HYDRA)
  @HttpCode(HttpStatus.OK)
  @Header('cache-control', 'no-store')
  async judge(@Req() { raw }: FastifyRequest): Promise<void> {
    const request = readAuthorizeRequest(originalRequest(raw));
    const standing = await this.standings.ofAnyCase(request.clientId);
    assertMayAuthorize(request, standing);
    if (standing) refuseOtherAudiences(audiencesIn(request), this.audiencesOf(standing));
  }
}
