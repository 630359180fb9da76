import { Type } from 'class-transformer';
import { IsDefined, IsUUID, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/** Has the payment provider hold the order's amount. Answered by `PaymentAuthorised` or `PaymentDeclined`. */
@CommandContract('payments.authorise-payment', { version: 1 })
export class AuthorisePayment extends CommandMessage<AuthorisePayment> {
  @IsUUID()
  readonly orderId!: string;

  @IsUUID()
  readonly customerId!: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => Money)
  readonly amount!: Money;
}
