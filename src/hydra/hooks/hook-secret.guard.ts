import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bearerChallenge } from '../../auth/bearer-challenge.js';
import { Config } from '../../config/config.js';
import { Problem } from '../../problem-details/problem.js';
import { HookSecret } from './hook-secret.js';

const WARN_EVERY_MS = 10 * 60_000;

/** Lets in who presents `HOOK_SECRET`; without one in the configuration, nobody. All others get a 401 problem. */
@Injectable()
export class HookSecretGuard implements CanActivate {
  private readonly secret: HookSecret;
  private readonly logger = new Logger('Hooks');
  private warnedAt = -Infinity;

  constructor({ hydra }: Config) {
    this.secret = new HookSecret(hydra?.hookSecrets ?? []);
  }

  canActivate(context: ExecutionContext): boolean {
    const { headers, routeOptions } = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.secret.isIn(headers.authorization)) return true;
    this.warn(routeOptions.url ?? '', headers.authorization === undefined ? 'none' : 'another one');
    throw new Problem(
      'invalid_token',
      'Send the hook secret in the Authorization header: "Bearer <secret>".',
      {
        headers: { 'www-authenticate': bearerChallenge() },
      },
    );
  }

  /** Anybody can call here, and Hydra does so for every token: one line in ten minutes says what is wrong. */
  private warn(path: string, presented: string): void {
    if (performance.now() - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = performance.now();
    this.logger.warn(
      `${path} was called with ${presented} instead of HOOK_SECRET. If that was Hydra, it gets no tokens out: set oauth2.token_hook.auth there; if it was the proxy with the gate, set its Authorization header.`,
    );
  }
}
