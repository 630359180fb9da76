import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { ShipmentTotalsView } from './totals.view';

/** How many shipments there are in each state. Asked by this module's own API only. */
@QueryContract('shipping.show-shipment-totals', { version: 1 })
export class ShowShipmentTotals extends QueryMessage<ShowShipmentTotals, ShipmentTotalsView> {}
