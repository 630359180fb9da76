import { ApiProperty } from '@nestjs/swagger';
import { MoneyView, PageView } from '../../platform/http';

/** A list price in an answer. */
export class UnitPriceView extends MoneyView {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'In minor units: pence, cents.', example: 255 })
  override readonly amount!: number;
}

/** A list price as it was set. */
export class PriceView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty()
  readonly unitPrice!: UnitPriceView;

  @ApiProperty({ type: 'integer', description: "Of all the item's prices together. Also the `ETag`." })
  readonly version!: number;
}

/** The list prices of an item as the API shows them. */
export class ItemPricesView extends PriceView {
  @ApiProperty({
    description:
      'The price in the currency asked for; where none is named, the one in GBP, or else the first by its code.',
  })
  override readonly unitPrice!: UnitPriceView;

  @ApiProperty({
    type: [UnitPriceView],
    description: 'One for each currency that the item is sold in, by their codes.',
  })
  readonly prices!: UnitPriceView[];
}

/** A page of list prices. */
export class PricePageView extends PageView {
  @ApiProperty({ type: [ItemPricesView] })
  readonly items!: ItemPricesView[];
}
