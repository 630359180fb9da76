import { IsUUID } from 'class-validator';
import { QueryContract, QueryMessage } from '../../../platform/contracts';

/** What other modules may know about a customer without a copy: that it exists and where it belongs. */
export interface KnownCustomer {
  customerId: string;
  country: string;
  version: number;
}

/** Is there such a customer? Answers null if not. */
@QueryContract('customers.find-customer', { version: 1 })
export class FindCustomer extends QueryMessage<FindCustomer, KnownCustomer | null> {
  @IsUUID()
  readonly customerId!: string;
}
