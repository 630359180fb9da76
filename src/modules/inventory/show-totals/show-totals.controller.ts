import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShowStockTotals } from './show-totals.query';
import { StockTotalsView } from './totals.view';

/** Must be listed before the controller of a single item: `totals` is no id. */
@ApiTags('inventory')
@Controller('stock/totals')
export class ShowStockTotalsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ operationId: 'showStockTotals', summary: 'Shows the stock of all items together' })
  @ApiOkResponse({ type: StockTotalsView })
  show(): Promise<StockTotalsView> {
    return this.queries.execute(new ShowStockTotals({}));
  }
}
