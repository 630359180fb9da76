import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, CurrencyRequest, setETag } from '../../../platform/http';
import { PricePath } from '../price-path.request';
import { ItemPricesView } from '../price.view';
import { ShowPriceReader } from './show-price.reader';

@ApiTags('pricing')
@Controller('prices')
export class ShowPriceController {
  constructor(private readonly reader: ShowPriceReader) {}

  @Get(':itemId')
  @ApiOperation({ operationId: 'showPrice', summary: 'Shows the prices of an item' })
  @ApiOkResponse({ type: ItemPricesView, headers: answerHeaders('ETag') })
  async show(
    @Param() { itemId }: PricePath,
    @Query() { currency }: CurrencyRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ItemPricesView> {
    const price = await this.reader.read(itemId, currency);
    setETag(response, price.version);
    return price;
  }
}
