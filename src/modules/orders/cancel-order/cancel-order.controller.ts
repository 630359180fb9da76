import { Controller, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, Idempotency, IdempotencyContext, PreferWait } from '../../../platform/http';
import { CancelOrder } from '../contracts/cancel-order.command';
import { OrderAnswer, type ShownOrder } from '../follow-order/order-answer';
import { hasLeft, isFinal } from '../domain/order-state';
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
    operationId: 'cancelOrder',
    summary: 'Asks for an order to be cancelled',
    description:
      'Refused with 409 from the dispatch on. The order is cancelled once everything held for it is given back. Where the dispatch was faster ' +
      'than the cancellation, the order goes on: its history shows `awaiting-delivery` with the reason `dispatched-before-cancellation`, and ' +
      '`Prefer: wait` does not wait any longer.',
  })
  @ApiAcceptedResponse({ type: OrderView, headers: answerHeaders('ETag', 'Location') })
  async cancel(
    @Param() { orderId }: OrderPath,
    @IdempotencyContext('orders') context: IdempotencyContext,
    @PreferWait() waitSeconds: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OrderView> {
    const cancel = async (): Promise<{ orderId: string }> => {
      await this.commands.execute(new CancelOrder({ orderId }));
      return { orderId };
    };
    const look = (): Promise<ShownOrder> =>
      this.answer.of(response, orderId, waitSeconds, (state) => isFinal(state) || hasLeft(state));
    const { answer } = await this.idempotency.answer(context, cancel, look);
    response.location(`/orders/${orderId}`);
    return this.answer.show(response, answer ?? (await look()));
  }
}
