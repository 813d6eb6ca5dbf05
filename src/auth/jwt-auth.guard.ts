import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem-details/problem.js';
import type { Actor } from './actor.js';
import { bearerChallenge } from './bearer-challenge.js';
import type { JwtStrategyOptions } from './jwt.strategy.js';
import { WITHOUT_TOKEN, type WithoutToken } from './public.decorator.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { InvalidToken } from './invalid-token.js';

const NO_TOKEN = 'Send an access token in the Authorization header: "Bearer <token>".';
/** One text for all causes: what exactly is wrong with a token is nobody's business but the operator's. */
const BAD_TOKEN = 'The access token is malformed, expired, or not meant for this API.';
const WHERE_THE_CAUSE_IS =
  "Get a new one; if that is refused too, the service's log says why, in the line with this request_id.";

/**
 * Every route needs a valid bearer token unless it is marked `@Public()`, or names another guard by `@AuthenticatedBy()`. Leaves
 * the actor on `request.user`.
 */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: TokenAuthenticator,
    private readonly modules: ModuleRef,
  ) {
    super();
  }

  override canActivate(
    context: ExecutionContext,
  ): ReturnType<InstanceType<ReturnType<typeof AuthGuard>>['canActivate']> {
    const targets = [context.getHandler(), context.getClass()];
    const other = this.reflector.getAllAndOverride<WithoutToken | undefined>(WITHOUT_TOKEN, targets);
    if (other) return other === true || this.modules.get(other, { strict: false }).canActivate(context);
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Actor }>();
    request.user = this.authenticator.recall(request);
    // Passport judges every other token, the bad ones and the new.
    return request.user !== undefined || super.canActivate(context);
  }

  override getAuthenticateOptions(): JwtStrategyOptions {
    return { authenticator: this.authenticator };
  }

  /**
   * Passport's outcome: an actor; or an error, when checking went wrong; or the refusal, absent without credentials.
   *
   * @throws Problem 401 without an actor; an error is thrown on as it is
   */
  override handleRequest<Actor>(
    error: unknown,
    actor: Actor | false,
    refusal: unknown,
    context: ExecutionContext,
  ): Actor {
    if (error) throw error;
    if (actor) return actor;
    if (!(refusal instanceof InvalidToken)) throw noToken();
    const { log, id } = context.switchToHttp().getRequest<FastifyRequest>();
    log.warn({ request_id: id, reason: refusal.reason }, 'Token refused');
    throw badToken(refusal);
  }
}

const badToken = (cause: InvalidToken): Problem =>
  new Problem('invalid_token', `${BAD_TOKEN} ${WHERE_THE_CAUSE_IS}`, {
    headers: {
      'www-authenticate': bearerChallenge({ error: 'invalid_token', error_description: BAD_TOKEN }),
    },
    cause,
  });

/** RFC 6750, section 3.1: a request without credentials is told how to authenticate, and of no error. */
const noToken = (): Problem =>
  new Problem('invalid_token', NO_TOKEN, { headers: { 'www-authenticate': bearerChallenge() } });
