import { IsInt, IsOptional, Min } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { IsItemName } from './item-name';

/** Renames an item. Whether it is stock-tracked never changes. Answers with the item's version. */
@CommandContract('catalog.change-item', { version: 1 })
export class ChangeItem extends CommandMessage<ChangeItem, { version: number }> {
  @IsItemId()
  readonly itemId!: string;

  @IsItemName()
  readonly name!: string;

  /** Refuse the change if the item is at another version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly expectedVersion?: number;
}
