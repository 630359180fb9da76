import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { UnitOfWork } from '../../../platform/index';
import { Keyset, type Page, type PageRequest } from '../../../platform/http';
import { ITEM_ID } from '../contracts/item-id';
import { Item } from '../domain/item';
import { CatalogItemView } from '../item.view';

const ITEMS = Keyset.ofTexts('catalog', 'the list of items', ITEM_ID);

/** Reads a page of items, withdrawn ones too, in the byte order of their codes. */
@Injectable()
export class ListItemsReader {
  constructor(private readonly work: UnitOfWork) {}

  async read({ limit, cursor }: PageRequest): Promise<Page<CatalogItemView>> {
    const where = { itemId: MoreThan(ITEMS.after(cursor)) };
    const items = await this.work.read('catalog', () =>
      this.work.manager.find(Item, { where, order: { itemId: 'asc' }, take: limit + 1 }),
    );
    return ITEMS.page(
      items.map((item) => CatalogItemView.of(item)),
      limit,
      ({ itemId }) => itemId,
    );
  }
}
