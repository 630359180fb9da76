import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { Settings } from '../../config/settings';
import { ProblemDetailsFilter } from '../../http/problem-details.filter';
import { RequestValidationPipe } from '../../http/validation.pipe';
import { SubscriptionOperations } from '../../messaging/subscriptions/subscription-operations';
import { OpsController } from './ops.controller';
import { OpsTokenGuard } from './ops-token.guard';

/** The operator's API: an application of its own, so that it can listen on a port of its own. */
@Module({})
export class OpsApiModule {
  static over(settings: Settings, operations: SubscriptionOperations): DynamicModule {
    return {
      module: OpsApiModule,
      controllers: [OpsController],
      providers: [
        { provide: Settings, useValue: settings },
        { provide: SubscriptionOperations, useValue: operations },
        { provide: APP_FILTER, useClass: ProblemDetailsFilter },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_GUARD, useClass: OpsTokenGuard },
      ],
    };
  }
}
