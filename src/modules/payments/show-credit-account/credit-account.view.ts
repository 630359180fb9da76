import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '../../../platform/http';

/** What a customer may owe in one currency. */
export class CreditView {
  @ApiProperty({ description: 'What the open holds may reach together.' })
  readonly limit!: MoneyView;

  @ApiProperty({ description: 'The sum of the open holds.' })
  readonly held!: MoneyView;

  @ApiProperty({
    description: 'What can still be held; zero while the open holds are above a lowered limit.',
  })
  readonly available!: MoneyView;

  @ApiProperty({ type: 'integer', description: 'Counts every change, holds included. The ETag.' })
  readonly revision!: number;
}

/** A customer's credit account as the API shows it, and those in other currencies. */
export class CreditAccountsView extends CreditView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;

  @ApiProperty({ type: [CreditView], description: 'One for each currency that was used, by their codes.' })
  readonly accounts!: CreditView[];
}
