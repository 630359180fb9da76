import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShipmentPageView } from '../shipment.view';
import { ListShipments } from './list-shipments.query';
import { ListShipmentsRequest } from './list-shipments.request';

@ApiTags('shipping')
@Controller('shipments')
export class ListShipmentsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ operationId: 'listShipments', summary: 'Lists shipments' })
  @ApiOkResponse({ type: ShipmentPageView })
  list(@Query() { state, orderId, limit, cursor }: ListShipmentsRequest): Promise<ShipmentPageView> {
    return this.queries.execute(new ListShipments({ state, orderId, limit, cursor }));
  }
}
