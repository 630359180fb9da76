import { Body, Controller, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, Idempotency, IdempotencyContext } from '../../../platform/http';
import { ReturnedItem, ReturnItems } from '../contracts/return-items.command';
import { OrderPath } from '../order-path.request';
import { AcceptedReturnView } from '../order.view';
import { ReturnItemsRequest } from './return-items.request';

@ApiTags('orders')
@Controller('orders')
export class ReturnItemsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':orderId/returns')
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'returnItems',
    summary: 'Returns items of a completed order',
    description:
      'All of them or none. Taken from the lines of the item in their order, at the price of each line.',
  })
  @ApiCreatedResponse({ type: AcceptedReturnView, headers: answerHeaders('Location') })
  async returnItems(
    @Param() { orderId }: OrderPath,
    @Body() { lines }: ReturnItemsRequest,
    @IdempotencyContext('orders') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedReturnView> {
    const items = lines.map(({ itemId, quantity }) => ReturnedItem.of(itemId, quantity));
    const accepted = await this.idempotency.once(context, () =>
      this.commands.execute(new ReturnItems({ orderId, lines: items })),
    );
    response.location(`/orders/${orderId}/returns`);
    return accepted;
  }
}
