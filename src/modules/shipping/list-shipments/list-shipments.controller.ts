import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShipmentPageView } from '../shipment.view';
import { ListShipmentsReader } from './list-shipments.reader';
import { ListShipmentsRequest } from './list-shipments.request';

@ApiTags('shipping')
@Controller('shipments')
export class ListShipmentsController {
  constructor(private readonly reader: ListShipmentsReader) {}

  @Get()
  @ApiOperation({ operationId: 'listShipments', summary: 'Lists shipments' })
  @ApiOkResponse({ type: ShipmentPageView })
  list(@Query() request: ListShipmentsRequest): Promise<ShipmentPageView> {
    return this.reader.read(request);
  }
}
