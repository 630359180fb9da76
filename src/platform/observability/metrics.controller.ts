import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Metrics } from './metrics';

@ApiTags('observability')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ApiOperation({ operationId: 'metrics', summary: 'The metrics of this process, in the text format of Prometheus' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async text(@Res({ passthrough: true }) response: Response): Promise<string> {
    response.set({ 'Content-Type': this.metrics.contentType, 'Cache-Control': 'no-store' });
    return this.metrics.text();
  }
}
