import { Global, Module, type DynamicModule } from '@nestjs/common';
import { RateLimits } from './rate-limits.js';

@Global()
@Module({})
export class RateLimitModule {
  static with(limits: RateLimits): DynamicModule {
    return {
      module: RateLimitModule,
      providers: [{ provide: RateLimits, useValue: limits }],
      exports: [RateLimits],
    };
  }
}
