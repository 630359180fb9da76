import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Money } from '../../platform/domain/money';

/** A list price in a request or an answer; the rules are those of the contract. */
export class UnitPriceView extends Money {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'In minor units: pence, cents.', example: 255 })
  override readonly amount!: number;

  @ApiProperty({ pattern: '^[A-Z]{3}$', example: 'GBP' })
  override readonly currency!: string;
}

/** A list price as the API shows it. */
export class PriceView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty()
  readonly unitPrice!: UnitPriceView;

  @ApiProperty({ type: 'integer', description: 'Also the `ETag`.' })
  readonly version!: number;
}

/** A page of list prices. */
export class PricePageView {
  @ApiProperty({ type: [PriceView] })
  readonly items!: PriceView[];

  @ApiPropertyOptional({ description: 'The `cursor` of the next page; absent on the last one.' })
  readonly nextCursor?: string;
}
