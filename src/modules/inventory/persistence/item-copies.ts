import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';

/**
 * Inventory's own copy of whether catalog's items are stock-tracked, which never changes. A miss means
 * nothing: the owner has to be asked.
 */
@Injectable()
export class ItemCopies {
  constructor(private readonly work: UnitOfWork) {}

  async isStockTracked(itemId: string): Promise<boolean | undefined> {
    const [copy] = await this.work.manager.query<{ stock_tracked: boolean }[]>(
      'select stock_tracked from item_copies where item_id = $1',
      [itemId],
    );
    return copy?.stock_tracked;
  }

  async keep(itemId: string, stockTracked: boolean): Promise<void> {
    await this.work.manager.query(
      'insert into item_copies (item_id, stock_tracked) values ($1, $2) on conflict do nothing',
      [itemId, stockTracked],
    );
  }
}
