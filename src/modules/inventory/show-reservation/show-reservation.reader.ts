import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { reservationUnknown } from '../domain/inventory-refusals';
import { ReservationRepository } from '../persistence/reservation.repository';
import type { ReservationView } from './reservation.view';

/** Reads what is set aside for one order. Refuses an order for which nothing was asked. */
@Injectable()
export class ShowReservationReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly reservations: ReservationRepository,
  ) {}

  async read(orderId: string): Promise<ReservationView> {
    const reservation = await this.work.read('inventory', () => this.reservations.find(orderId));
    if (!reservation) throw reservationUnknown(orderId);
    const { state, lines, shipmentId, parcel, returns } = reservation;
    return { orderId, state, lines, shipmentId, parcel, returns };
  }
}
