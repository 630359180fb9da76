import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderPath } from '../order-path.request';
import { PaymentView } from './payment.view';
import { ShowPayment } from './show-payment.query';

@ApiTags('payments')
@Controller('payments')
export class ShowPaymentController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':orderId')
  @ApiOperation({ operationId: 'showPayment', summary: 'Shows the payment of an order' })
  @ApiOkResponse({ type: PaymentView })
  show(@Param() { orderId }: OrderPath): Promise<PaymentView> {
    return this.queries.execute(new ShowPayment({ orderId }));
  }
}
