import { IsBoolean } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { IsItemName } from './item-name';

/** An item can be ordered from now on. Key: itemId. The first message of the key. */
@EventContract('catalog.item-added', { version: 1 })
export class ItemAdded extends EventMessage<ItemAdded> {
  @IsItemId()
  readonly itemId!: string;

  @IsItemName()
  readonly name!: string;

  /** False for a service: it needs no stock and no shipment. Never changes. */
  @IsBoolean()
  readonly stockTracked!: boolean;
}
