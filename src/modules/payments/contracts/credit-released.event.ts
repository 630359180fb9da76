import { IsUUID } from 'class-validator';
import { EventContract } from '../../../platform/messages/contract';
import { EventMessage } from '../../../platform/messages/message';

/** The order holds no credit, and never will again. */
@EventContract('payments.credit-released', { version: 1 })
export class CreditReleased extends EventMessage<CreditReleased> {
  @IsUUID()
  readonly orderId!: string;
}
