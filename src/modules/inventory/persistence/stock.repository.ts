import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { StockItem } from '../domain/stock-item';
import type { StockMovement } from '../domain/stock-movement';

/** Stock, one item at a time for the warehouse and many at a time for orders: as many statements for a thousand lines as for one. */
@Injectable()
export class StockRepository extends AggregateRepository<StockItem> {
  constructor(work: UnitOfWork) {
    super(work, StockItem, 'itemId');
  }

  /** Begins to keep stock of an item; somebody else may have done so at the same time. */
  async open(itemId: string): Promise<void> {
    await this.work.manager.query('insert into stock_items (item_id) values ($1) on conflict do nothing', [itemId]);
  }

  /** What can still be set aside of each item, locked until the unit of work ends. Items without stock are missing. */
  async lockAvailable(itemIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.work.manager.query<{ itemId: string; available: string }[]>(
      `select item_id as "itemId", on_hand - reserved as available
       from stock_items
       where item_id = any ($1::text[])
       order by item_id
       for update`,
      [itemIds],
    );
    return new Map(rows.map(({ itemId, available }) => [itemId, Number(available)]));
  }

  /** Applies what a reservation decided. The table's own constraints are the last word on it. */
  async move({ effect, lines }: StockMovement): Promise<void> {
    const [, moved] = await this.work.manager.query<[unknown, number]>(
      `update stock_items item set
         on_hand = on_hand + $3 * line.quantity,
         reserved = reserved + $4 * line.quantity,
         dispatched = dispatched + $5 * line.quantity,
         returned = returned + $6 * line.quantity
       from unnest($1::text[], $2::bigint[]) as line (item_id, quantity)
       where item.item_id = line.item_id`,
      [
        lines.map((line) => line.itemId),
        lines.map((line) => line.quantity),
        effect.onHand,
        effect.reserved,
        effect.dispatched,
        effect.returned,
      ],
    );
    if (moved !== lines.length) throw new Error(`Stock of ${lines.length} items should have moved, but there are only ${moved} of them.`);
  }
}
