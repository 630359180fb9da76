import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '../../../platform/index';
import { CustomerAddressChanged } from '../../customers/contracts/customer-address-changed.event';
import { CustomerRegistered } from '../../customers/contracts/customer-registered.event';
import { AddressCopies } from '../persistence/address-copies';

/** Keeps the copy of where customers live. A customer's events come in order, so the last one is right. */
@Subscription('shipping.keep-address-book')
@EventsHandler(CustomerRegistered, CustomerAddressChanged)
export class KeepAddressBookWhenAddressChanges implements IEventHandler<
  CustomerRegistered | CustomerAddressChanged
> {
  constructor(private readonly copies: AddressCopies) {}

  async handle({ customerId, address }: CustomerRegistered | CustomerAddressChanged): Promise<void> {
    await this.copies.keep(customerId, address);
  }
}
