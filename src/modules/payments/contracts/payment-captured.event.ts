import { Type } from 'class-transformer';
import { IsDefined, IsUUID, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** The money has been taken. */
@EventContract('payments.payment-captured', { version: 1 })
export class PaymentCaptured extends EventMessage<PaymentCaptured> {
  @IsUUID()
  readonly orderId!: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => Money)
  readonly amount!: Money;
}
