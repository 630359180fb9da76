import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, PreferWait } from '../../../platform/http';
import { OrderAnswer } from '../follow-order/order-answer';
import { OrderPath } from '../order-path.request';
import { OrderView } from '../order.view';

@ApiTags('orders')
@Controller('orders')
export class ShowOrderController {
  constructor(private readonly answer: OrderAnswer) {}

  @Get(':orderId')
  @ApiOperation({ operationId: 'showOrder', summary: 'Shows an order' })
  @ApiOkResponse({ type: OrderView, headers: answerHeaders('ETag') })
  async show(
    @Param() { orderId }: OrderPath,
    @PreferWait() waitSeconds: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OrderView> {
    return this.answer.show(response, await this.answer.of(response, orderId, waitSeconds));
  }
}
