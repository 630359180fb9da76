import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '../../../platform/messaging/subscription';
import { PriceChanged } from '../../pricing/contracts/price-changed.event';
import { OfferCopies } from '../persistence/offer-copies';

/** Keeps the copy of list prices. A price may come before its item does. */
@Subscription('orders.keep-prices')
@EventsHandler(PriceChanged)
export class KeepPricesWhenPriceChanges implements IEventHandler<PriceChanged> {
  constructor(private readonly copies: OfferCopies) {}

  async handle({ itemId, unitPrice }: PriceChanged): Promise<void> {
    await this.copies.keepPrice(itemId, unitPrice.amount, unitPrice.currency);
  }
}
