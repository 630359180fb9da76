import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../platform/http';
import { StockPageView } from '../show-stock/stock.view';
import { ListStockReader } from './list-stock.reader';

@ApiTags('inventory')
@Controller('stock')
export class ListStockController {
  constructor(private readonly reader: ListStockReader) {}

  @Get()
  @ApiOperation({ operationId: 'listStock', summary: 'Lists the stock of items' })
  @ApiOkResponse({ type: StockPageView })
  list(@Query() request: PageRequest): Promise<StockPageView> {
    return this.reader.read(request);
  }
}
