import { IsUUID } from 'class-validator';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { CustomerView } from '../customer.view';

/** One customer with everything that is known. Personal data: asked by this module's own API only. */
@QueryContract('customers.show-customer', { version: 1 })
export class ShowCustomer extends QueryMessage<ShowCustomer, CustomerView> {
  @IsUUID()
  readonly customerId!: string;
}
