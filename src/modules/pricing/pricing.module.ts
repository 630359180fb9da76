import { Module } from '@nestjs/common';
import { BoundedContext } from '../../platform/index';
import { ListPricesController } from './list-prices/list-prices.controller';
import { ListPricesReader } from './list-prices/list-prices.reader';
import { ItemPricesRepository } from './persistence/item-prices.repository';
import { ItemPricesSchema } from './persistence/item-prices.schema';
import { QuotePricesHandler } from './quote-prices/quote-prices.handler';
import { SetPriceController } from './set-price/set-price.controller';
import { SetPriceHandler } from './set-price/set-price.handler';
import { ShowPriceController } from './show-price/show-price.controller';
import { ShowPriceReader } from './show-price/show-price.reader';

/** What items cost today. */
@BoundedContext({ name: 'pricing', owner: 'merchandising', entities: [ItemPricesSchema] })
@Module({
  controllers: [ListPricesController, ShowPriceController, SetPriceController],
  providers: [ItemPricesRepository, SetPriceHandler, ShowPriceReader, ListPricesReader, QuotePricesHandler],
})
export class PricingModule {}
