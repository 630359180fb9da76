import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '../../../platform/http';

export class RefundView {
  @ApiProperty({ format: 'uuid' })
  readonly returnId!: string;

  @ApiProperty()
  readonly amount!: MoneyView;

  @ApiProperty({ enum: ['requested', 'refunded'] })
  readonly state!: string;
}

/** The payment of an order as the API shows it. */
export class PaymentView {
  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly customerId!: string | null;

  @ApiProperty({
    enum: [
      'requested',
      'authorised',
      'declined',
      'capturing',
      'captured',
      'voiding',
      'voided',
      'forestalled',
    ],
    description: '`forestalled`: voided before it was asked for.',
  })
  readonly state!: string;

  @ApiProperty({
    type: MoneyView,
    nullable: true,
    description: 'Null when the payment was voided before its amount was known.',
  })
  readonly amount!: MoneyView | null;

  @ApiProperty({
    type: 'integer',
    description: 'What was taken, before refunds, in minor units of the amount.',
  })
  readonly captured!: number;

  @ApiProperty({ type: 'integer', description: 'What was paid back, in minor units of the amount.' })
  readonly refunded!: number;

  @ApiProperty({ type: String, nullable: true })
  readonly declineReason!: string | null;

  @ApiProperty({ type: [RefundView] })
  readonly refunds!: RefundView[];
}
