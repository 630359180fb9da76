import { IsUUID } from 'class-validator';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { ReservationView } from './reservation.view';

/** The reservation of one order. Asked by this module's own API only. */
@QueryContract('inventory.show-reservation', { version: 1 })
export class ShowReservation extends QueryMessage<ShowReservation, ReservationView> {
  @IsUUID()
  readonly orderId!: string;
}
