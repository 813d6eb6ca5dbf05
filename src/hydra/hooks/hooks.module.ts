import { Module } from '@nestjs/common';
import { AuthorizeGateController } from './authorize-gate.controller.js';
import { ClientStandings } from '../standings/client-standings.js';
import { HookSecretGuard } from './hook-secret.guard.js';
import { SecretUses } from './secret-uses.js';
import { TokenHookController } from './token-hook.controller.js';

/** What Hydra, and the proxy in front of it, ask before they go on. */
@Module({
  controllers: [TokenHookController, AuthorizeGateController],
  providers: [ClientStandings, HookSecretGuard, SecretUses],
  exports: [ClientStandings],
})
export class HooksModule {}
