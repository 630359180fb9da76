import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '../../../platform/index';
import { ReturnAccepted } from '../../orders/contracts/return-accepted.event';
import { ReservationRepository } from '../persistence/reservation.repository';
import { StockRepository } from '../persistence/stock.repository';

/** Puts returned goods back on the shelf, once for each return. Services leave no trace here. */
@Subscription('inventory.put-stock-back')
@EventsHandler(ReturnAccepted)
export class PutStockBackWhenReturnAccepted implements IEventHandler<ReturnAccepted> {
  constructor(
    private readonly reservations: ReservationRepository,
    private readonly stock: StockRepository,
  ) {}

  async handle({ orderId, returnId, lines }: ReturnAccepted): Promise<void> {
    const goods = lines.filter((line) => line.stockTracked);
    if (goods.length === 0) return;
    const reservation = await this.reservations.lockOrCreate(orderId);
    const movement = reservation.putBack(returnId, goods);
    if (!movement) return;
    await this.stock.move(movement);
    await this.reservations.save(reservation);
  }
}
