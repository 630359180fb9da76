import { ApiProperty } from '@nestjs/swagger';

export class CreditTotalsView {
  @ApiProperty({ type: 'integer', description: 'All open holds, in minor units.' })
  readonly held!: number;
}

export class PaymentTotalsView {
  @ApiProperty({ type: 'integer', description: 'Everything taken, before refunds, in minor units.' })
  readonly captured!: number;

  @ApiProperty({ type: 'integer', description: 'Everything paid back, in minor units.' })
  readonly refunded!: number;

  @ApiProperty({ type: 'integer', description: 'Calls to the payment provider that are still owed, parked ones included.' })
  readonly openJobs!: number;
}
