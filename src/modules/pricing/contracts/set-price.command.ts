import { Type } from 'class-transformer';
import { IsInstance, IsInt, IsOptional, Min, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';

/**
 * Sets an item's list price, of at least 1 minor unit. The item need not be known here. Answers with the
 * price's version.
 */
@CommandContract('pricing.set-price', { version: 1 })
export class SetPrice extends CommandMessage<SetPrice, { version: number }> {
  @IsItemId()
  readonly itemId!: string;

  @IsInstance(Money, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => Money)
  readonly unitPrice!: Money;

  /** Refuse the change if the price is at another version, or not set yet. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
