import { IsUUID } from 'class-validator';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { CreditAccountView } from './credit-account.view';

/** A customer's credit account, or what it would be when the customer ordered now. */
@QueryContract('payments.show-credit-account', { version: 1 })
export class ShowCreditAccount extends QueryMessage<ShowCreditAccount, CreditAccountView> {
  @IsUUID()
  readonly customerId!: string;
}
