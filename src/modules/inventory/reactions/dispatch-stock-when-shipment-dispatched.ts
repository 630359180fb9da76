import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { type Prefetching, Subscription } from '../../../platform/index';
import { ShipmentDispatched } from '../../shipping/contracts/shipment-dispatched.event';
import { ReservationRepository } from '../persistence/reservation.repository';
import { StockRepository } from '../persistence/stock.repository';

/** Takes what left with a shipment off the shelf, once. */
@Subscription('inventory.dispatch-stock')
@EventsHandler(ShipmentDispatched)
export class DispatchStockWhenShipmentDispatched
  implements IEventHandler<ShipmentDispatched>, Prefetching<ShipmentDispatched>
{
  constructor(
    private readonly reservations: ReservationRepository,
    private readonly stock: StockRepository,
  ) {}

  async prefetch(events: readonly ShipmentDispatched[]): Promise<void> {
    await this.reservations.lockAll(events.map(({ orderId }) => orderId));
    await this.stock.lockAll(events.flatMap(({ lines }) => lines.map(({ itemId }) => itemId)));
  }

  async handle({ orderId, shipmentId, lines }: ShipmentDispatched): Promise<void> {
    const reservation = await this.reservations.lockOrCreate(orderId);
    const movement = reservation.dispatch(shipmentId, lines);
    if (!movement) return;
    await this.stock.move(movement);
    await this.reservations.save(reservation);
  }
}
