import { Module } from '@nestjs/common';
import { ComparisonModule } from './comparison.module.js';
import { HydraImport } from './hydra-import.js';

/** What commands do with a Hydra, beside the service or without it. */
@Module({ imports: [ComparisonModule], providers: [HydraImport], exports: [ComparisonModule, HydraImport] })
export class HydraCommandsModule {}
