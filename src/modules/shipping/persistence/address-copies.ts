import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Address } from '../../customers/contracts/address';

/** Shipping's own copy of the customers' addresses, kept by its reaction to their events. A miss means nothing: the owner has to be asked. */
@Injectable()
export class AddressCopies {
  constructor(private readonly work: UnitOfWork) {}

  async find(customerId: string): Promise<Address | null> {
    const [copy] = await this.work.manager.query<{ address: Address }[]>('select address from address_copies where customer_id = $1', [
      customerId,
    ]);
    return copy ? Address.of(copy.address) : null;
  }

  async keep(customerId: string, address: Address): Promise<void> {
    await this.work.manager.query(
      `insert into address_copies (customer_id, address) values ($1, $2)
       on conflict (customer_id) do update set address = excluded.address`,
      [customerId, JSON.stringify(address)],
    );
  }
}
