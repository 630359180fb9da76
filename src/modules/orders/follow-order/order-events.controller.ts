import { Controller, Get, Headers, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { OrderPath } from '../order-path.request';
import { lastSeenOf, OrderEvents } from './order-events';

@ApiTags('orders')
@Controller('orders')
export class OrderEventsController {
  constructor(private readonly events: OrderEvents) {}

  @Get(':orderId/events')
  @ApiOperation({
    operationId: 'followOrder',
    summary: 'Streams the history of an order until it is final',
    description: 'Server-sent events, one per entry of the history, named after the state.',
  })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @ApiNoContentResponse({
    description: 'The order is final and `Last-Event-ID` its last entry: nothing will follow.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event received; the stream goes on after it.',
  })
  stream(
    @Param() { orderId }: OrderPath,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.events.stream(orderId, lastSeenOf(lastEventId), request, response);
  }
}
