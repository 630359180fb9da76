import { ApiProperty } from '@nestjs/swagger';
import { PageView } from '../../platform/http';
import type { Item } from './domain/item';

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

  static of({ itemId, name, stockTracked, withdrawn, version }: Item): CatalogItemView {
    return { itemId, name, stockTracked, withdrawn, version };
  }
}

/** A page of items. */
export class CatalogPageView extends PageView {
  @ApiProperty({ type: [CatalogItemView] })
  readonly items!: CatalogItemView[];
}

/** An item that was just added or changed. */
export class ItemVersionView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty({ type: 'integer', description: 'Also the `ETag`.' })
  readonly version!: number;
}
