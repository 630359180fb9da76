import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '../money.view';

/** A credit account as the API shows it. */
export class CreditAccountView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;

  @ApiProperty({ description: 'What the open holds may reach together.' })
  readonly limit!: MoneyView;

  @ApiProperty({ description: 'The sum of the open holds.' })
  readonly held!: MoneyView;

  @ApiProperty({ description: 'What can still be held; zero while the open holds are above a lowered limit.' })
  readonly available!: MoneyView;

  @ApiProperty({ type: 'integer', description: 'Counts every change, holds included. The ETag.' })
  readonly revision!: number;
}
