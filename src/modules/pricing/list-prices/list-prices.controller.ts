import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PricePageView } from '../price.view';
import { ListPrices } from './list-prices.query';
import { ListPricesRequest } from './list-prices.request';

@ApiTags('pricing')
@Controller('prices')
export class ListPricesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ operationId: 'listPrices', summary: 'Lists prices by item' })
  @ApiOkResponse({ type: PricePageView })
  list(@Query() { limit, cursor, currency }: ListPricesRequest): Promise<PricePageView> {
    return this.queries.execute(new ListPrices({ limit, cursor, currency }));
  }
}
