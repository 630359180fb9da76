import { Controller, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Idempotency, IdempotencyContext } from '../../../platform/http/idempotency';
import { PreferWait } from '../../../platform/http/prefer-wait';
import { CancelOrder } from '../contracts/cancel-order.command';
import { OrderAnswer } from '../follow-order/order-answer';
import { OrderPath } from '../order-path.request';
import { OrderView } from '../order.view';

@ApiTags('orders')
@Controller('orders')
export class CancelOrderController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
    private readonly answer: OrderAnswer,
  ) {}

  @Post(':orderId/cancellation')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Asks for an order to be cancelled',
    description: 'Refused with 409 from the dispatch on. The order is cancelled once everything held for it is given back.',
  })
  @ApiAcceptedResponse({ type: OrderView })
  async cancel(
    @Param() { orderId }: OrderPath,
    @IdempotencyContext('orders') context: IdempotencyContext,
    @PreferWait() waitSeconds: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OrderView> {
    await this.idempotency.once(context, async () => {
      await this.commands.execute(new CancelOrder({ orderId }));
      return { orderId };
    });
    response.location(`/orders/${orderId}`);
    return this.answer.withOrder(response, orderId, waitSeconds);
  }
}
