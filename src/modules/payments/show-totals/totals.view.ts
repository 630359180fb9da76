import { ApiProperty } from '@nestjs/swagger';

/** All open holds in one currency. */
export class HeldView {
  @ApiProperty({ example: 'GBP' })
  readonly currency!: string;

  @ApiProperty({ type: 'integer', description: 'In minor units.' })
  readonly held!: number;
}

/** All payments in one currency. */
export class PaidView {
  @ApiProperty({ example: 'GBP' })
  readonly currency!: string;

  @ApiProperty({ type: 'integer', description: 'Everything taken, before refunds, in minor units.' })
  readonly captured!: number;

  @ApiProperty({ type: 'integer', description: 'Everything paid back, in minor units.' })
  readonly refunded!: number;
}

export class CreditTotalsView {
  @ApiProperty({
    type: 'integer',
    description: 'All open holds in GBP, in minor units. Those in other currencies are in `currencies` only.',
  })
  readonly held!: number;

  @ApiProperty({ type: [HeldView], description: 'One for each currency that was used, by their codes.' })
  readonly currencies!: HeldView[];
}

export class PaymentTotalsView {
  @ApiProperty({
    type: 'integer',
    description:
      'Everything taken in GBP, before refunds, in minor units. What was taken in other currencies is in `currencies` only.',
  })
  readonly captured!: number;

  @ApiProperty({ type: 'integer', description: 'Everything paid back in GBP, in minor units.' })
  readonly refunded!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Calls to the payment provider that are still owed, parked ones included.',
  })
  readonly openJobs!: number;

  @ApiProperty({
    type: [PaidView],
    description: 'One for each currency that payments were taken in, by their codes.',
  })
  readonly currencies!: PaidView[];
}
