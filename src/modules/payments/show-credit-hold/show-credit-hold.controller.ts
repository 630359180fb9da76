import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderPath } from '../order-path.request';
import { CreditHoldView } from './credit-hold.view';
import { ShowCreditHoldReader } from './show-credit-hold.reader';

@ApiTags('payments')
@Controller('credit-holds')
export class ShowCreditHoldController {
  constructor(private readonly reader: ShowCreditHoldReader) {}

  @Get(':orderId')
  @ApiOperation({
    operationId: 'showCreditHold',
    summary: "Shows what an order holds of its customer's credit",
  })
  @ApiOkResponse({ type: CreditHoldView })
  show(@Param() { orderId }: OrderPath): Promise<CreditHoldView> {
    return this.reader.read(orderId);
  }
}
