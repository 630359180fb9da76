import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { FindItems } from '../catalog/contracts/find-items.query';
import { itemNotStockTracked, itemUnknown } from './domain/inventory-refusals';
import type { StockItem } from './domain/stock-item';
import { ItemCopies } from './persistence/item-copies';
import { StockRepository } from './persistence/stock.repository';

/** Finds an item's stock, which begins to be kept the first time that there is some. */
@Injectable()
export class StockOnDemand {
  constructor(
    private readonly stock: StockRepository,
    private readonly items: ItemCopies,
    private readonly queries: QueryBus,
  ) {}

  /** The item's stock, locked. Refuses an item that does not exist or is a service. */
  async lock(itemId: string): Promise<StockItem> {
    const kept = await this.stock.lock(itemId);
    if (kept) return kept;
    if (!(await this.isStockTracked(itemId))) throw itemNotStockTracked(itemId);
    await this.stock.open(itemId);
    const opened = await this.stock.lock(itemId);
    if (!opened) throw new Error(`The stock of ${itemId} was removed while it was being opened.`);
    return opened;
  }

  /**
   * An item that the copy does not have yet may still be on its way here, so its owner is asked before
   * anything is refused.
   */
  private async isStockTracked(itemId: string): Promise<boolean> {
    const copied = await this.items.isStockTracked(itemId);
    if (copied !== undefined) return copied;
    const [item] = await this.queries.execute(new FindItems({ itemIds: [itemId] }));
    if (!item) throw itemUnknown(itemId);
    await this.items.keep(itemId, item.stockTracked);
    return item.stockTracked;
  }
}
