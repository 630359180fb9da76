import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** The order's amount is held on its customer's credit account. */
@EventContract('payments.credit-reserved', { version: 1 })
export class CreditReserved extends EventMessage<CreditReserved> {
  @IsUUID()
  readonly orderId!: string;
}
