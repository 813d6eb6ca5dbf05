import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import type { Actor } from './actor.js';
import { bearerToken, type BearerRequest } from './bearer-token.js';
import type { TokenAuthenticator } from './token-authenticator.js';
import { InvalidToken } from './invalid-token.js';

/** What the guard hands along with each request. */
export interface JwtStrategyOptions {
  readonly authenticator: TokenAuthenticator;
}

/**
 * passport-jwt's strategy with our own reading and verifying of the token: its own accepts `Bearer a b`, turns unreachable
 * keys into a 401 and checks too little (SECURITY.md tells what). Ends in `success` with the actor, in `fail` with the
 * refusal (or nothing, without credentials), or in `error`.
 *
 * Passport's registry is global to the process; holding no state, the strategy serves every application in it.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor() {
    super({ jwtFromRequest: unused, secretOrKeyProvider: unused });
  }

  override authenticate(request: BearerRequest, { authenticator }: JwtStrategyOptions): void {
    try {
      const token = bearerToken(request);
      if (token === null) return this.fail(401);
      const actor = authenticator.authenticate(token);
      if (!(actor instanceof Promise)) return this.success(actor);
      actor.then(
        (found: Actor) => this.success(found),
        (error: unknown) => this.refuse(error),
      );
    } catch (error) {
      this.refuse(error);
    }
  }

  validate(): never {
    return unused();
  }

  private refuse(error: unknown): void {
    if (error instanceof InvalidToken) return this.fail(error, 401);
    this.error(error instanceof Error ? error : new Error('Unknown error', { cause: error }));
  }
}

/** The base class insists on its own extractor, key provider and verify callback, which `authenticate` replaces. */
function unused(): never {
  throw new Error('The token is read and verified by authenticate()');
}
