import { Type } from 'class-transformer';
import { IsInstance, IsUUID, ValidateNested } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { Address } from './address';

/** A customer moved. Key: customerId. Carries the whole new address, which replaces the old one. */
@EventContract('customers.customer-address-changed', { version: 1, personalData: ['address'] })
export class CustomerAddressChanged extends EventMessage<CustomerAddressChanged> {
  @IsUUID()
  readonly customerId!: string;

  @IsInstance(Address, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => Address)
  readonly address!: Address;
}
