import { ApiProperty } from '@nestjs/swagger';

/** Money in a request or an answer. */
export class MoneyView {
  @ApiProperty({ description: 'Minor units: 255 is 2.55', example: 255 })
  readonly amount!: number;

  @ApiProperty({ description: 'ISO 4217', example: 'GBP' })
  readonly currency!: string;
}

/** A list price as the API shows it. */
export class PriceView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty()
  readonly unitPrice!: MoneyView;

  @ApiProperty()
  readonly version!: number;
}
