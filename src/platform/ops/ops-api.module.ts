import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { Settings } from '../config/settings';
import { ModuleDatabases } from '../database/module-databases';
import { Hosting } from '../hosting/hosting';
import { OpenApiInfo } from '../http/open-api-info';
import { ProblemDetailsFilter } from '../http/problem-details.filter';
import { UnreadPartsGuard } from '../http/unread-parts.guard';
import { RequestValidationPipe } from '../http/validation.pipe';
import { JobOperations } from '../jobs/job-operations';
import { MessageOperations } from '../subscriptions/message-operations';
import { SubscriptionOperations } from '../subscriptions/subscription-operations';
import { Metrics } from '../observability/metrics';
import { MetricsController } from '../observability/metrics.controller';
import { SagaOperations } from '../sagas/saga-operations';
import { Quiescence } from './quiescence';
import { MessagesController } from './messages.controller';
import { OpsController } from './ops.controller';
import { OpsDocument } from './ops-document';
import { OpsTokenGuard } from './ops-token.guard';

/** The operator's API: an application of its own, so that it can listen on a port of its own. */
@Module({})
export class OpsApiModule {
  /** The operator's side of a running application. */
  static over(app: INestApplicationContext): DynamicModule {
    return {
      module: OpsApiModule,
      // `messages/totals` is no id: its controller comes first.
      controllers: [OpsController, MessagesController, MetricsController],
      providers: [
        ...[
          Settings,
          Hosting,
          Metrics,
          ModuleDatabases,
          SubscriptionOperations,
          JobOperations,
          SagaOperations,
          OpenApiInfo,
        ].map((type) => ({
          provide: type,
          useValue: app.get<object>(type),
        })),
        OpsDocument,
        MessageOperations,
        Quiescence,
        { provide: APP_FILTER, useClass: ProblemDetailsFilter },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        // The token first: without it, nothing is said of what is known here.
        { provide: APP_GUARD, useClass: OpsTokenGuard },
        { provide: APP_GUARD, useClass: UnreadPartsGuard },
      ],
    };
  }
}
