import { Module, type OnModuleInit } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { TrustedIssuers } from '../auth/trusted-issuers.js';
import { Config } from '../config/config.js';
import { FirstPartyClients } from '../access/first-party-clients.js';
import { AccessModule } from '../access/access.module.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { ArtifactCleanup } from './artifact-cleanup.js';
import { SWAGGER_UI_CLIENT_ID } from './demo/demo.js';
import { DemoSeed } from './demo/demo-seed.js';
import { DemoTokens } from './demo/demo-tokens.js';
import { EmbeddedAuthorizationServer } from './embedded-authorization-server.js';
import { embeddedIssuer } from '../config/embedded-issuer.js';
import { ServerState } from './server-state.js';

/** The embedded authorization server, trusted by this API like any other issuer. */
@Module({
  imports: [AuthModule, AccessModule],
  providers: [
    {
      provide: ServerState,
      inject: [Config],
      useFactory: ({ dataDirectory }: Config) => ServerState.open(dataDirectory),
    },
    { provide: AuthorizationServer, useClass: EmbeddedAuthorizationServer },
    ArtifactCleanup,
    DemoSeed,
    DemoTokens,
  ],
  exports: [AuthorizationServer],
})
export class EmbeddedModule implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly state: ServerState,
    private readonly trustedIssuers: TrustedIssuers,
    private readonly firstPartyClients: FirstPartyClients,
  ) {}

  onModuleInit(): void {
    const issuer = embeddedIssuer(this.config);
    this.trustedIssuers.add({ kind: 'hydra', issuer, keys: this.state.publicKeys });
    this.firstPartyClients.add(SWAGGER_UI_CLIENT_ID);
  }
}
