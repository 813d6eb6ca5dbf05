import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { EmbeddedModule } from '../embedded-server/embedded.module.js';
import { HydraModule } from '../hydra/hydra.module.js';

/** The one authorization server that the configuration names. */
@Module({})
export class AuthorizationServerModule {
  static for({ hydra }: Config): DynamicModule {
    const server = hydra === null ? EmbeddedModule : HydraModule;
    return { module: AuthorizationServerModule, global: true, imports: [server], exports: [server] };
  }
}
