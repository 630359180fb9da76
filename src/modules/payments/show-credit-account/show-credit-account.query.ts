import { IsString, IsUUID } from 'class-validator';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import { IsCurrency } from '../../../platform/validation/is-currency';
import type { CreditAccountsView } from './credit-account.view';

/** A customer's credit account in a currency, or what it would be when the customer ordered now; and all that are open. */
@QueryContract('payments.show-credit-account', { version: 1 })
export class ShowCreditAccount extends QueryMessage<ShowCreditAccount, CreditAccountsView> {
  @IsUUID()
  readonly customerId!: string;

  @IsString()
  @IsCurrency()
  readonly currency!: string;
}
