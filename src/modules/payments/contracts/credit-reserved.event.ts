import { IsUUID } from 'class-validator';
import { EventContract } from '../../../platform/messages/contract';
import { EventMessage } from '../../../platform/messages/message';

/** The order's amount is held on its customer's credit account. */
@EventContract('payments.credit-reserved', { version: 1 })
export class CreditReserved extends EventMessage<CreditReserved> {
  @IsUUID()
  readonly orderId!: string;
}
