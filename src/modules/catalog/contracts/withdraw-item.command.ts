import { IsInt, IsOptional, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';

/** Takes an item out of sale for good. Doing it again changes nothing. Answers with the item's version. */
@CommandContract('catalog.withdraw-item', { version: 1 })
export class WithdrawItem extends CommandMessage<WithdrawItem, { version: number }> {
  @IsItemId()
  readonly itemId!: string;

  /** Refuse the change if the item is at another version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
