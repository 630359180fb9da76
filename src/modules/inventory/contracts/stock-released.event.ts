import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** Nothing is set aside for the order any more, and nothing will be. Key: orderId. */
@EventContract('inventory.stock-released', { version: 1 })
export class StockReleased extends EventMessage<StockReleased> {
  @IsUUID()
  readonly orderId!: string;
}
