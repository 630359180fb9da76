import { Type } from 'class-transformer';
import { IsInstance, ValidateNested } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { Address } from './address';
import { IsCustomerName, IsOptionalEmail } from './customer-details';

/** Makes a new customer and answers with the id it was given. */
@CommandContract('customers.register-customer', { version: 1, personalData: ['name', 'email', 'address'] })
export class RegisterCustomer extends CommandMessage<RegisterCustomer, { customerId: string }> {
  @IsCustomerName()
  readonly name!: string;

  @IsOptionalEmail()
  readonly email?: string;

  @IsInstance(Address, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => Address)
  readonly address!: Address;
}
