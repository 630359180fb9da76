import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ItemPath } from '../item-path.request';
import { ShowStock } from './show-stock.query';
import { StockView } from './stock.view';

@ApiTags('inventory')
@Controller('stock')
export class ShowStockController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':itemId')
  @ApiOperation({ operationId: 'showStock', summary: 'Shows the stock of an item' })
  @ApiOkResponse({ type: StockView })
  show(@Param() { itemId }: ItemPath): Promise<StockView> {
    return this.queries.execute(new ShowStock({ itemId }));
  }
}
