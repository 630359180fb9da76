import { Body, Controller, HttpCode, HttpStatus, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiExtraModels, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Response } from 'express';
import { Labels } from '../../../platform/domain';
import { answerHeaders, Idempotency, IdempotencyContext, PreferWait } from '../../../platform/http';
import { AgreedPrice, PlaceOrder, RequestedLine } from '../contracts/place-order.command';
import { OrderAnswer } from '../follow-order/order-answer';
import { OrderView, PlacedOrderView } from '../order.view';
import { PlaceOrderHandler } from './place-order.handler';
import { PlaceOrderRequest } from './place-order.request';

@ApiTags('orders')
@ApiExtraModels(PlacedOrderView, OrderView)
@Controller('orders')
export class PlaceOrderController {
  constructor(
    private readonly handler: PlaceOrderHandler,
    private readonly idempotency: Idempotency,
    private readonly answer: OrderAnswer,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'placeOrder',
    summary: 'Places an order',
    description:
      'Refused as a whole, with one reason per bad line, or accepted as a whole and fulfilled from then on.',
  })
  @ApiAcceptedResponse({
    description: 'The order as it was placed; with `Prefer: wait`, as it stands then.',
    // Not `oneOf`: what is known of an order is also true of all that is shown of it.
    schema: { anyOf: [{ $ref: getSchemaPath(PlacedOrderView) }, { $ref: getSchemaPath(OrderView) }] },
    headers: answerHeaders('ETag after waiting', 'Location'),
  })
  async place(
    @Body() request: PlaceOrderRequest,
    @IdempotencyContext('orders') context: IdempotencyContext,
    @PreferWait() waitSeconds: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PlacedOrderView | OrderView> {
    const place = async (): Promise<PlacedOrderView> => {
      const labels = Labels.of(request);
      const { orderId } = await this.handler.place(commandOf(request), labels);
      return { orderId, state: 'placed', ...labels };
    };
    const wait =
      waitSeconds === undefined
        ? undefined
        : ({ orderId }: PlacedOrderView) => this.answer.of(response, orderId, waitSeconds);
    const { result, answer } = await this.idempotency.answer(context, place, wait);
    response.location(`/orders/${result.orderId}`);
    return answer ? this.answer.show(response, answer) : result;
  }
}

const commandOf = ({ customerId, currency, lines, salesChannel }: PlaceOrderRequest): PlaceOrder =>
  new PlaceOrder({
    customerId,
    currency,
    salesChannel,
    lines: lines.map(({ itemId, quantity, agreedUnitPrice: agreed }) =>
      RequestedLine.of(itemId, quantity, agreed ? AgreedPrice.of(agreed.amount, agreed.currency) : undefined),
    ),
  });
