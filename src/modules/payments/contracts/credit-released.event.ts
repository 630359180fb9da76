import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** The order holds no credit, and never will again. */
@EventContract('payments.credit-released', { version: 1 })
export class CreditReleased extends EventMessage<CreditReleased> {
  @IsUUID()
  readonly orderId!: string;
}
