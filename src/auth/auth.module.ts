import { Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { IssuerCheck } from './issuer-check.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { TrustedIssuers } from './trusted-issuers.js';

/** Who calls: trusted issuers, their keys, and the guard that turns a bearer token into an actor. */
@Module({
  providers: [
    {
      provide: TrustedIssuers,
      inject: [Config],
      useFactory: ({ issuers }: Config) => new TrustedIssuers(issuers),
    },
    {
      provide: TokenAuthenticator,
      inject: [TrustedIssuers, Config],
      useFactory: (issuers: TrustedIssuers, { audience }: Config) =>
        new TokenAuthenticator(issuers, { audience }),
    },
    JwtStrategy,
    JwtAuthGuard,
    IssuerCheck,
  ],
  exports: [TrustedIssuers, TokenAuthenticator, JwtAuthGuard],
})
export class AuthModule {}
