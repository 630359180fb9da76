import { IsUUID } from 'class-validator';
import { QueryContract, QueryMessage } from '../../../platform/contracts';
import { Address } from './address';

/**
 * Where does this customer live? For a consumer whose copy of the addresses has not caught up. Answers null
 * if there is no such customer.
 */
@QueryContract('customers.find-customer-address', { version: 1, personalData: ['answer'] })
export class FindCustomerAddress extends QueryMessage<FindCustomerAddress, Address | null> {
  @IsUUID()
  readonly customerId!: string;
}
