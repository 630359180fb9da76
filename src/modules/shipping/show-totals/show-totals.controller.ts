import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShowShipmentTotalsReader } from './show-totals.reader';
import { ShipmentTotalsView } from './totals.view';

/** Must be listed before the controller of a single shipment: `totals` is no id. */
@ApiTags('shipping')
@Controller('shipments/totals')
export class ShowShipmentTotalsController {
  constructor(private readonly reader: ShowShipmentTotalsReader) {}

  @Get()
  @ApiOperation({ operationId: 'showShipmentTotals', summary: 'Shows how many shipments are in each state' })
  @ApiOkResponse({ type: ShipmentTotalsView })
  show(): Promise<ShipmentTotalsView> {
    return this.reader.read();
  }
}
