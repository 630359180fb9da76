import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prefetching } from '../../../platform/index';
import { ReserveStock } from '../contracts/reserve-stock.command';
import { ReservationRepository } from '../persistence/reservation.repository';
import { StockRepository } from '../persistence/stock.repository';

@CommandHandler(ReserveStock)
export class ReserveStockHandler implements ICommandHandler<ReserveStock>, Prefetching<ReserveStock> {
  constructor(
    private readonly reservations: ReservationRepository,
    private readonly stock: StockRepository,
  ) {}

  async prefetch(commands: readonly ReserveStock[]): Promise<void> {
    await this.reservations.lockAll(commands.map(({ orderId }) => orderId));
    await this.stock.lockAll(commands.flatMap(({ lines }) => lines.map(({ itemId }) => itemId)));
  }

  async execute({ orderId, lines }: ReserveStock): Promise<void> {
    const reservation = await this.reservations.lockOrCreate(orderId);
    if (!reservation.awaitsRequest) return;
    const available = await this.stock.lockAvailable(lines.map((line) => line.itemId));
    const movement = reservation.request(lines, available);
    if (movement) await this.stock.move(movement);
    await this.reservations.save(reservation);
  }
}
