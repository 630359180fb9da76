import { Type } from 'class-transformer';
import { IsInstance, IsInt, IsOptional, IsUUID, Min, ValidateNested } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { Address } from './address';

/**
 * Replaces a customer's address. Answers with the customer's version, which stays as it was if nothing
 * changed.
 */
@CommandContract('customers.change-address', { version: 1, personalData: ['address'] })
export class ChangeAddress extends CommandMessage<ChangeAddress, { version: number }> {
  @IsUUID()
  readonly customerId!: string;

  @IsInstance(Address, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => Address)
  readonly address!: Address;

  /** Refuse the change if the customer is at another version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
