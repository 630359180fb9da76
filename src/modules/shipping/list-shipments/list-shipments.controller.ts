import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../platform/http/paging';
import type { ShipmentView } from '../shipment.view';
import { ListShipments } from './list-shipments.query';
import { ListShipmentsRequest } from './list-shipments.request';

@ApiTags('shipping')
@Controller('shipments')
export class ListShipmentsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  list(@Query() { state, orderId, limit, cursor }: ListShipmentsRequest): Promise<Page<ShipmentView>> {
    return this.queries.execute(new ListShipments({ state, orderId, limit, cursor }));
  }
}
