import { IsBoolean } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { IsItemName } from './item-name';

/**
 * Adds an item under its own code. Refused with `catalog.item-exists` when the code is taken, even by a
 * withdrawn item.
 */
@CommandContract('catalog.add-item', { version: 1 })
export class AddItem extends CommandMessage<AddItem, { itemId: string; version: number }> {
  @IsItemId()
  readonly itemId!: string;

  @IsItemName()
  readonly name!: string;

  @IsBoolean()
  readonly stockTracked!: boolean;
}
