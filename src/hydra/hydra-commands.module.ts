import { Module } from '@nestjs/common';
import { ComparisonModule } from './comparison.module.js';
import { HeldClients } from './held-clients.js';
import { HydraFill } from './hydra-fill.js';
import { HydraImport } from './hydra-import.js';

/** What commands do with a Hydra, beside the service or without it. */
@Module({
  imports: [ComparisonModule],
  providers: [HydraImport, HydraFill, HeldClients],
  exports: [ComparisonModule, HydraImport, HydraFill, HeldClients],
})
export class HydraCommandsModule {}
