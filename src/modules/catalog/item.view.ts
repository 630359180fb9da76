import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** An item as the API shows it. */
export class CatalogItemView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ description: 'False for a service: it needs no stock and no shipment.' })
  readonly stockTracked!: boolean;

  @ApiProperty({ description: 'True once the item cannot be ordered any more.' })
  readonly withdrawn!: boolean;

  @ApiProperty({ type: 'integer', description: 'Also the `ETag`.' })
  readonly version!: number;
}

/** A page of items. */
export class CatalogPageView {
  @ApiProperty({ type: [CatalogItemView] })
  readonly items!: CatalogItemView[];

  @ApiPropertyOptional({ description: 'The `cursor` of the next page; absent on the last one.' })
  readonly nextCursor?: string;
}

/** An item that was just added or changed. */
export class ItemVersionView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty({ type: 'integer', description: 'Also the `ETag`.' })
  readonly version!: number;
}
