import { EventContract, EventMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';

/** An item cannot be ordered any more. Key: itemId. The last message of the key. */
@EventContract('catalog.item-withdrawn', { version: 1 })
export class ItemWithdrawn extends EventMessage<ItemWithdrawn> {
  @IsItemId()
  readonly itemId!: string;
}
