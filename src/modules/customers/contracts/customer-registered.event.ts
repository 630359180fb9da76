import { Type } from 'class-transformer';
import { IsInstance, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { Address } from './address';

/** A customer was registered. Key: customerId. The first message of the key. */
@EventContract('customers.customer-registered', { version: 1, personalData: ['address'] })
export class CustomerRegistered extends EventMessage<CustomerRegistered> {
  @IsUUID()
  readonly customerId!: string;

  @IsInstance(Address, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => Address)
  readonly address!: Address;
}
