import { IsBoolean } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { IsItemName } from './item-name';

/**
 * An item reads differently from now on. Key: itemId. Carries the whole item, so that a copy can be made from
 * it alone.
 */
@EventContract('catalog.item-changed', { version: 1 })
export class ItemChanged extends EventMessage<ItemChanged> {
  @IsItemId()
  readonly itemId!: string;

  @IsItemName()
  readonly name!: string;

  @IsBoolean()
  readonly stockTracked!: boolean;
}
