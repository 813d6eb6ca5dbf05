import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { Operation } from '../openapi/operation.decorator.js';
import { Metrics } from './metrics.js';

@ApiTags('Health')
@Public()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Operation({
    id: 'getMetrics',
    summary: 'Get metrics',
    description:
      'For Prometheus: requests, the keys of trusted issuers, database connections, the process. They name no ' +
      'tenant.',
    answer: {
      status: 200,
      description: "Prometheus' text format.",
      headers: ['Cache-Control'],
      text: 'text/plain',
      example: 'process_cpu_seconds_total 1.5',
    },
    problems: [],
  })
  read(): Promise<string> {
    return this.metrics.toText();
  }
}
