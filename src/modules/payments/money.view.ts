import { ApiProperty } from '@nestjs/swagger';
import { Money } from '../../platform/domain/money';

/** An amount in a request or an answer; the rules are those of the contract. */
export class MoneyView extends Money {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'In minor units: pence, cents.', example: 150_000 })
  override readonly amount!: number;

  @ApiProperty({ pattern: '^[A-Z]{3}$', example: 'GBP' })
  override readonly currency!: string;
}
