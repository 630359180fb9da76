import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type Page, PageRequest } from '../../../platform/http/paging';
import type { PriceView } from '../price.view';
import { ListPrices } from './list-prices.query';

@ApiTags('pricing')
@Controller('prices')
export class ListPricesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  list(@Query() { limit, cursor }: PageRequest): Promise<Page<PriceView>> {
    return this.queries.execute(new ListPrices({ limit, cursor }));
  }
}
