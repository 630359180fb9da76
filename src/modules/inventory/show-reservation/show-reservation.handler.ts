import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { reservationUnknown } from '../domain/inventory-refusals';
import { ReservationRepository } from '../persistence/reservation.repository';
import type { ReservationView } from './reservation.view';
import { ShowReservation } from './show-reservation.query';

@QueryHandler(ShowReservation)
export class ShowReservationHandler implements IQueryHandler<ShowReservation> {
  constructor(private readonly reservations: ReservationRepository) {}

  async execute({ orderId }: ShowReservation): Promise<ReservationView> {
    const reservation = await this.reservations.find(orderId);
    if (!reservation) throw reservationUnknown(orderId);
    const { state, lines, shipmentId, parcel, returns } = reservation;
    return { orderId, state, lines, shipmentId, parcel, returns };
  }
}
