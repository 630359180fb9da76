import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type Page, PageRequest } from '../../../platform/http/paging';
import type { StockView } from '../show-stock/stock.view';
import { ListStock } from './list-stock.query';

@ApiTags('inventory')
@Controller('stock')
export class ListStockController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  list(@Query() { limit, cursor }: PageRequest): Promise<Page<StockView>> {
    return this.queries.execute(new ListStock({ limit, cursor }));
  }
}
