import { ApiProperty } from '@nestjs/swagger';

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

  @ApiProperty()
  readonly version!: number;
}
