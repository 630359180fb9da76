import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderPath } from './order-path.request';
import { ReservationView } from './reservation.view';
import { ShowReservation } from './show-reservation.query';

@ApiTags('inventory')
@Controller('reservations')
export class ShowReservationController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':orderId')
  @ApiOperation({ operationId: 'showReservation', summary: 'Shows what is set aside for an order' })
  @ApiOkResponse({ type: ReservationView })
  show(@Param() { orderId }: OrderPath): Promise<ReservationView> {
    return this.queries.execute(new ShowReservation({ orderId }));
  }
}
