import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderTotalsView } from '../order.view';
import { ShowTotalsReader } from './show-totals.reader';

/** Must be listed before the controllers of single orders: `totals` is no id. */
@ApiTags('orders')
@Controller('orders')
export class ShowTotalsController {
  constructor(private readonly reader: ShowTotalsReader) {}

  @Get('totals')
  @ApiOperation({ operationId: 'showOrderTotals', summary: 'Shows how many orders and returns there are' })
  @ApiOkResponse({ type: OrderTotalsView })
  totals(): Promise<OrderTotalsView> {
    return this.reader.read();
  }
}
