import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JwtAuthGuard } from '../auth/jwt-auth.guard.js';
import { RateLimits } from './rate-limits.js';

/**
 * Who is it? Whoever authenticates rightly is let in, whatever others do behind the same address; past the limit of failures
 * a failed one is told to wait.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly authentication: JwtAuthGuard,
    private readonly limits: RateLimits,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { ip } = context.switchToHttp().getRequest<FastifyRequest>();
    const outcome = this.authentication.canActivate(context);
    return outcome === true || this.limited(Promise.resolve(outcome as Promise<boolean>), ip);
  }

  private limited(outcome: Promise<boolean>, address: string): Promise<boolean> {
    return outcome.catch(async (failure: unknown) => {
      await this.limits.admitFailure(address);
      throw failure;
    });
  }
}
