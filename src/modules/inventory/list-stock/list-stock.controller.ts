import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../platform/http/paging';
import { StockPageView } from '../show-stock/stock.view';
import { ListStock } from './list-stock.query';

@ApiTags('inventory')
@Controller('stock')
export class ListStockController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ operationId: 'listStock', summary: 'Lists the stock of items' })
  @ApiOkResponse({ type: StockPageView })
  list(@Query() { limit, cursor }: PageRequest): Promise<StockPageView> {
    return this.queries.execute(new ListStock({ limit, cursor }));
  }
}
