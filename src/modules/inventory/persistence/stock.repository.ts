import { Injectable } from '@nestjs/common';
import { AggregateRepository, UnitOfWork } from '../../../platform/index';
import { StockItem } from '../domain/stock-item';
import type { StockMovement } from '../domain/stock-movement';

/**
 * Stock, one item at a time for the warehouse and many at a time for orders: as many statements for a
 * thousand lines as for one.
 */
@Injectable()
export class StockRepository extends AggregateRepository<StockItem> {
  constructor(work: UnitOfWork) {
    super(work, StockItem, 'itemId');
  }

  /** Begins to keep stock of an item; another unit of work may have done so at the same time. */
  async open(itemId: string): Promise<void> {
    await this.addUnlessThere(Object.assign(new StockItem(), { itemId }));
  }

  /**
   * What can still be set aside of each item, locked until the unit of work ends. Items without stock are
   * missing.
   */
  async lockAvailable(itemIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const items = await this.lockAll(itemIds);
    return new Map(items.map(({ itemId, available }) => [itemId, available]));
  }

  /** Applies what a reservation decided. The table's own constraints are the last word on it. */
  async move({ effect, lines }: StockMovement): Promise<void> {
    const items = new Map(
      (await this.lockAll(lines.map(({ itemId }) => itemId))).map((item) => [item.itemId, item]),
    );
    if (items.size !== lines.length)
      throw new Error(
        `Stock of ${lines.length} items should have moved, but there are only ${items.size} of them.`,
      );
    for (const { itemId, quantity } of lines) {
      const item = items.get(itemId)!;
      item.move(effect, quantity);
      await this.save(item);
    }
  }
}
