import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { Metrics } from './metrics.js';

@ApiTags('Health')
@Public()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'How is it doing?',
    security: [],
    description:
      'For Prometheus: requests, the keys of trusted issuers, database connections, the process. Nothing of any tenant.',
  })
  @ApiResponse({
    status: 200,
    description: "Prometheus' text format.",
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  read(): Promise<string> {
    return this.metrics.toText();
  }
}
