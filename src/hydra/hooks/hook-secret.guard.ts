import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bearerChallenge } from '../../auth/bearer-challenge.js';
import { Config } from '../../config/config.js';
import { Problem } from '../../problem-details/problem.js';
import { HookSecret } from './hook-secret.js';

/** Lets in who presents `HOOK_SECRET`; without one in the configuration, nobody. */
@Injectable()
export class HookSecretGuard implements CanActivate {
  private readonly secret: HookSecret;

  constructor({ hydra }: Config) {
    this.secret = new HookSecret(hydra?.hookSecret ?? null);
  }

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.secret.isIn(headers.authorization)) return true;
    throw new Problem(
      'invalid_token',
      'Send the hook secret in the Authorization header: "Bearer <secret>".',
      {
        headers: { 'www-authenticate': bearerChallenge() },
      },
    );
  }
}
