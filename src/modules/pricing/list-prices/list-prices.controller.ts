import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PricePageView } from '../price.view';
import { ListPricesReader } from './list-prices.reader';
import { ListPricesRequest } from './list-prices.request';

@ApiTags('pricing')
@Controller('prices')
export class ListPricesController {
  constructor(private readonly reader: ListPricesReader) {}

  @Get()
  @ApiOperation({ operationId: 'listPrices', summary: 'Lists prices by item' })
  @ApiOkResponse({ type: PricePageView })
  list(@Query() request: ListPricesRequest): Promise<PricePageView> {
    return this.reader.read(request);
  }
}
