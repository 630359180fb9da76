import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { type Prefetching, Subscription } from '../../../platform/index';
import { ShipmentLost } from '../../shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../../shipping/contracts/shipment-returned.event';
import { ReservationRepository } from '../persistence/reservation.repository';
import { StockRepository } from '../persistence/stock.repository';

type ParcelDidNotArrive = ShipmentLost | ShipmentReturned;

/**
 * Counts the goods of a lost parcel as lost, and puts those of a returned one back on the shelf. Not part of
 * `inventory.dispatch-stock`, which processes of an earlier version may be working on: they would pass these
 * messages over.
 */
@Subscription('inventory.settle-parcels')
@EventsHandler(ShipmentLost, ShipmentReturned)
export class SettleStockWhenParcelDoesNotArrive
  implements IEventHandler<ParcelDidNotArrive>, Prefetching<ParcelDidNotArrive>
{
  constructor(
    private readonly reservations: ReservationRepository,
    private readonly stock: StockRepository,
  ) {}

  async prefetch(events: readonly ParcelDidNotArrive[]): Promise<void> {
    await this.reservations.lockAll(events.map(({ orderId }) => orderId));
    await this.stock.lockAll(events.flatMap(({ lines }) => lines.map(({ itemId }) => itemId)));
  }

  async handle(event: ParcelDidNotArrive): Promise<void> {
    const { orderId, shipmentId, lines } = event;
    const reservation = await this.reservations.lockOrCreate(orderId);
    const movement =
      event instanceof ShipmentLost
        ? reservation.loseParcel(shipmentId, lines)
        : reservation.takeParcelBack(shipmentId, lines);
    if (!movement) return;
    await this.stock.move(movement);
    await this.reservations.save(reservation);
  }
}
