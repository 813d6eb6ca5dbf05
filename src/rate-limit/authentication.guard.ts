import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JwtAuthGuard } from '../auth/jwt-auth.guard.js';
import { RateLimits } from './rate-limits.js';

/**
 * Authenticates the caller. A good token is let in, however often others behind the same address have failed. A failure is
 * answered 401, and past the limit of failures 429.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly authentication: JwtAuthGuard,
    private readonly limits: RateLimits,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { ip } = context.switchToHttp().getRequest<FastifyRequest>();
    const refuse = (failure: unknown): Promise<never> => this.refuse(failure, ip);
    try {
      const outcome = this.authentication.canActivate(context);
      return outcome === true || Promise.resolve(outcome as Promise<boolean>).catch(refuse);
    } catch (failure) {
      return refuse(failure);
    }
  }

  private async refuse(failure: unknown, address: string): Promise<never> {
    await this.limits.admitFailure(address);
    throw failure;
  }
}
