import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { LogHealth } from '../log/log-health';
import { HealthController } from './health.controller';
import { HttpMetrics } from './http-metrics';
import { Metrics } from '../observability/metrics';
import { Draining } from './draining';
import { EventStreams } from './event-streams';
import { FrontPageController } from './front-page.controller';
import { Idempotency } from './idempotency';
import { IdempotencyPurge } from './idempotency-purge';
import { OpenApiInfo } from './open-api-info';
import { ProblemDetailsFilter } from './problem-details.filter';
import { UnreadPartsGuard } from './unread-parts.guard';
import { RequestValidationPipe } from './validation.pipe';

/**
 * The edge of the process: validation, problem documents, idempotency and health; the operator's port has the
 * metrics. `configureHttp` adds limits and documentation.
 */
@Global()
@Module({
  controllers: [FrontPageController, HealthController],
  providers: [
    Draining,
    EventStreams,
    Idempotency,
    IdempotencyPurge,
    Metrics,
    HttpMetrics,
    LogHealth,
    OpenApiInfo,
    { provide: APP_FILTER, useClass: ProblemDetailsFilter },
    { provide: APP_PIPE, useClass: RequestValidationPipe },
    { provide: APP_GUARD, useClass: UnreadPartsGuard },
  ],
  exports: [
    Draining,
    EventStreams,
    Idempotency,
    IdempotencyPurge,
    Metrics,
    HttpMetrics,
    LogHealth,
    OpenApiInfo,
  ],
})
export class HttpModule {
  /** With what the root module says of the API. */
  static forRoot(info: OpenApiInfo): DynamicModule {
    return { module: HttpModule, providers: [{ provide: OpenApiInfo, useValue: info }] };
  }
}
