import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderPath } from './order-path.request';
import { ReservationView } from './reservation.view';
import { ShowReservationReader } from './show-reservation.reader';

@ApiTags('inventory')
@Controller('reservations')
export class ShowReservationController {
  constructor(private readonly reader: ShowReservationReader) {}

  @Get(':orderId')
  @ApiOperation({ operationId: 'showReservation', summary: 'Shows what is set aside for an order' })
  @ApiOkResponse({ type: ReservationView })
  show(@Param() { orderId }: OrderPath): Promise<ReservationView> {
    return this.reader.read(orderId);
  }
}
