import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '../../../platform/index';
import { PriceChanged } from '../../pricing/contracts/price-changed.event';
import { OfferCopies } from '../persistence/offer-copies';

/**
 * Keeps the copy of list prices. A price may come before its item does. Each message says all prices of the
 * item, so that reading the log from the beginning makes the same copy again.
 */
@Subscription('orders.keep-prices')
@EventsHandler(PriceChanged)
export class KeepPricesWhenPriceChanges implements IEventHandler<PriceChanged> {
  constructor(private readonly copies: OfferCopies) {}

  async handle({ itemId, unitPrice, prices }: PriceChanged): Promise<void> {
    await this.copies.keepPrices(itemId, prices ?? [unitPrice]);
  }
}
