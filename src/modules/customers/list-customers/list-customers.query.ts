import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../../../platform/http/paging';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { CustomerView } from '../customer.view';

/** A page of customers, in the order in which they were registered. Personal data: asked by this module's own API only. */
@QueryContract('customers.list-customers', { version: 1 })
export class ListCustomers extends QueryMessage<ListCustomers, Page<CustomerView>> {
  @IsInt()
  @Min(1)
  @Max(200)
  readonly limit!: number;

  /** Where the page before ended; the first page has none. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  readonly cursor?: string;

  /** Only the customer that has this number of the client's. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  readonly externalReference?: string;
}
