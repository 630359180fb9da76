import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderPath } from '../order-path.request';
import { CreditHoldView } from './credit-hold.view';
import { ShowCreditHold } from './show-credit-hold.query';

@ApiTags('payments')
@Controller('credit-holds')
export class ShowCreditHoldController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':orderId')
  @ApiOperation({ operationId: 'showCreditHold', summary: "Shows what an order holds of its customer's credit" })
  @ApiOkResponse({ type: CreditHoldView })
  show(@Param() { orderId }: OrderPath): Promise<CreditHoldView> {
    return this.queries.execute(new ShowCreditHold({ orderId }));
  }
}
