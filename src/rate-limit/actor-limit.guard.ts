import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';
import { RateLimits } from './rate-limits.js';

/**
 * Limits actors, between authentication and authorization: the database is not asked about an actor who asks too often. Rejects
 * with a 429 problem.
 */
@Injectable()
export class ActorLimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<FastifyRequest & { user?: Actor }>();
    // Public routes know no actor.
    if (user) await this.limits.admitActor(user);
    return true;
  }
}
