import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../platform/http/paging';
import { PricePageView } from '../price.view';
import { ListPrices } from './list-prices.query';

@ApiTags('pricing')
@Controller('prices')
export class ListPricesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOkResponse({ type: PricePageView })
  list(@Query() { limit, cursor }: PageRequest): Promise<PricePageView> {
    return this.queries.execute(new ListPrices({ limit, cursor }));
  }
}
