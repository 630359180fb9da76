import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ItemPath } from '../item-path.request';
import { ShowStockReader } from './show-stock.reader';
import { StockView } from './stock.view';

@ApiTags('inventory')
@Controller('stock')
export class ShowStockController {
  constructor(private readonly reader: ShowStockReader) {}

  @Get(':itemId')
  @ApiOperation({ operationId: 'showStock', summary: 'Shows the stock of an item' })
  @ApiOkResponse({ type: StockView })
  show(@Param() { itemId }: ItemPath): Promise<StockView> {
    return this.reader.read(itemId);
  }
}
