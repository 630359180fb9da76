import { IsUUID } from 'class-validator';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { CreditHoldView } from './credit-hold.view';

/** The credit hold of one order. */
@QueryContract('payments.show-credit-hold', { version: 1 })
export class ShowCreditHold extends QueryMessage<ShowCreditHold, CreditHoldView> {
  @IsUUID()
  readonly orderId!: string;
}
