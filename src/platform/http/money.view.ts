import { ApiProperty } from '@nestjs/swagger';
import { Money } from '../domain/money';

/** An amount in an answer. */
export class MoneyView extends Money {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'In minor units: pence, cents.',
    example: 150_000,
  })
  override readonly amount!: number;

  @ApiProperty({ pattern: '^[A-Z]{3}$', example: 'GBP' })
  override readonly currency!: string;
}
