import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShowStockTotalsReader } from './show-totals.reader';
import { StockTotalsView } from './totals.view';

/** Must be listed before the controller of a single item: `totals` is no id. */
@ApiTags('inventory')
@Controller('stock/totals')
export class ShowStockTotalsController {
  constructor(private readonly reader: ShowStockTotalsReader) {}

  @Get()
  @ApiOperation({ operationId: 'showStockTotals', summary: 'Shows the stock of all items together' })
  @ApiOkResponse({ type: StockTotalsView })
  show(): Promise<StockTotalsView> {
    return this.reader.read();
  }
}
