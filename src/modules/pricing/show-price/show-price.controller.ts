import { Controller, Get, Param, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { setETag } from '../../../platform/http/if-match';
import { PricePath } from '../price-path.request';
import { PriceView } from '../price.view';
import { ShowPrice } from './show-price.query';

@ApiTags('pricing')
@Controller('prices')
export class ShowPriceController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':itemId')
  @ApiOkResponse({ type: PriceView })
  async show(@Param() { itemId }: PricePath, @Res({ passthrough: true }) response: Response): Promise<PriceView> {
    const price = await this.queries.execute(new ShowPrice({ itemId }));
    setETag(response, price.version);
    return price;
  }
}
