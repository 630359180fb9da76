import { ApiProperty } from '@nestjs/swagger';

/** What an order holds on its customer's credit account, as the API shows it. */
export class CreditHoldView {
  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly customerId!: string | null;

  @ApiProperty({
    enum: ['held', 'refused', 'released', 'forestalled'],
    description: '`forestalled`: released before it was asked for.',
  })
  readonly state!: string;

  @ApiProperty({ type: 'integer', description: 'What is or was held, in minor units of `currency`.' })
  readonly amount!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null when the hold was released before it was asked for.',
    example: 'GBP',
  })
  readonly currency!: string | null;
}
