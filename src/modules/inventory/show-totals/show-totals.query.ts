import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { StockTotalsView } from './totals.view';

/** The stock of all items together. Asked by this module's own API only. */
@QueryContract('inventory.show-stock-totals', { version: 1 })
export class ShowStockTotals extends QueryMessage<ShowStockTotals, StockTotalsView> {}
