import { Type } from 'class-transformer';
import { IsDefined, IsUUID, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** Money was given back for a return. */
@EventContract('payments.payment-refunded', { version: 1 })
export class PaymentRefunded extends EventMessage<PaymentRefunded> {
  @IsUUID()
  readonly orderId!: string;

  @IsUUID()
  readonly returnId!: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => Money)
  readonly amount!: Money;
}
