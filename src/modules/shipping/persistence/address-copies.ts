import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { Address } from '../../customers/contracts/address';

/**
 * Shipping's own copy of the customers' addresses, kept by its reaction to their events. A miss means
 * nothing: the owner has to be asked.
 */
@Injectable()
export class AddressCopies {
  constructor(private readonly work: UnitOfWork) {}

  async find(customerId: string): Promise<Address | null> {
    if (!this.known.has(customerId)) await this.prefetch([customerId]);
    return this.known.get(customerId) ?? null;
  }

  /** Reads many in one statement, so that `find` has them at hand for the rest of the unit of work. */
  async prefetch(customerIds: readonly string[]): Promise<void> {
    const copies = await this.work.manager.query<{ customer_id: string; address: Address }[]>(
      'select customer_id, address from address_copies where customer_id = any ($1)',
      [customerIds],
    );
    for (const { customer_id, address } of copies) this.known.set(customer_id, Address.of(address));
  }

  async keep(customerId: string, address: Address): Promise<void> {
    this.known.set(customerId, address);
    await this.work.manager.query(
      `insert into address_copies (customer_id, address) values ($1, $2)
       on conflict (customer_id) do update set address = excluded.address`,
      [customerId, JSON.stringify(address)],
    );
  }

  private get known(): Map<string, Address> {
    return this.work.memoryOf(this, () => new Map<string, Address>());
  }
}
