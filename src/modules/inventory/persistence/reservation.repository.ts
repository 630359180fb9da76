import { Injectable } from '@nestjs/common';
import { AggregateRepository, UnitOfWork } from '../../../platform/index';
import { Reservation } from '../domain/reservation';

@Injectable()
export class ReservationRepository extends AggregateRepository<Reservation> {
  private readonly turns = {};

  constructor(work: UnitOfWork) {
    super(work, Reservation, 'orderId');
  }

  /** As `lockAll`, and until the unit of work ends no other one moves the stock of orders. */
  override async lockAll(orderIds: readonly string[]): Promise<Reservation[]> {
    await this.takeTurn();
    return super.lockAll(orderIds);
  }

  /**
   * The order's reservation, locked, or a new one; until the unit of work ends no other one moves the stock
   * of orders.
   */
  async lockOrCreate(orderId: string): Promise<Reservation> {
    await this.takeTurn();
    return (await this.lock(orderId)) ?? Reservation.unknown(orderId);
  }

  /**
   * A batch of messages handles many orders in one transaction and locks the items of one after those of
   * another, so sorting within an order is not enough: two batches with popular items in common would
   * deadlock. They take turns instead, which costs little, because they would wait for each other's items
   * anyway. The lock's name is the table's id, which no other schema or module has.
   */
  private async takeTurn(): Promise<void> {
    const turn = this.work.memoryOf(this.turns, () => ({ taken: false }));
    if (turn.taken) return;
    turn.taken = true;
    await this.work.manager.query(`select pg_advisory_xact_lock('reservations'::regclass::oid::int, 0)`);
  }
}
