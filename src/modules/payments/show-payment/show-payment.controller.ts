import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderPath } from '../order-path.request';
import { PaymentView } from './payment.view';
import { ShowPaymentReader } from './show-payment.reader';

@ApiTags('payments')
@Controller('payments')
export class ShowPaymentController {
  constructor(private readonly reader: ShowPaymentReader) {}

  @Get(':orderId')
  @ApiOperation({ operationId: 'showPayment', summary: 'Shows the payment of an order' })
  @ApiOkResponse({ type: PaymentView })
  show(@Param() { orderId }: OrderPath): Promise<PaymentView> {
    return this.reader.read(orderId);
  }
}
