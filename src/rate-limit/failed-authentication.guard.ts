import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { IS_PUBLIC } from '../auth/public.decorator.js';
import { TokenAuthenticator } from '../auth/token-authenticator.js';
import { RateLimits } from './rate-limits.js';

/** Before authentication: who has failed too often waits before the next token is checked. */
@Injectable()
export class FailedAuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
    private readonly authenticator: TokenAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()]))
      return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    await this.limits.admitCredentials(request.ip).catch((refusal: unknown) => {
      // Others behind the same address go on with tokens that were good before: they cost no check.
      if (!this.authenticator.recall(request)) throw refusal;
    });
    return true;
  }
}
