import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prefetching } from '../../../platform/index';
import { ReleaseStock } from '../contracts/release-stock.command';
import { ReservationRepository } from '../persistence/reservation.repository';
import { StockRepository } from '../persistence/stock.repository';

@CommandHandler(ReleaseStock)
export class ReleaseStockHandler implements ICommandHandler<ReleaseStock>, Prefetching<ReleaseStock> {
  constructor(
    private readonly reservations: ReservationRepository,
    private readonly stock: StockRepository,
  ) {}

  async prefetch(commands: readonly ReleaseStock[]): Promise<void> {
    const reservations = await this.reservations.lockAll(commands.map(({ orderId }) => orderId));
    await this.stock.lockAll(reservations.flatMap(({ lines }) => lines.map(({ itemId }) => itemId)));
  }

  async execute({ orderId }: ReleaseStock): Promise<void> {
    const reservation = await this.reservations.lockOrCreate(orderId);
    if (!reservation.awaitsRelease) return;
    const movement = reservation.release();
    if (movement) await this.stock.move(movement);
    await this.reservations.save(reservation);
  }
}
