import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, IdempotencyContext, IfMatch } from '../../../platform/http';
import { DispatchShipment } from '../contracts/dispatch-shipment.command';
import { ShipmentChanges } from '../shipment-changes';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentVersionView } from '../shipment-version.view';

@ApiTags('shipping')
@Controller('shipments')
export class DispatchShipmentController {
  constructor(private readonly changes: ShipmentChanges) {}

  @Post(':shipmentId/dispatch')
  @ApiOperation({ operationId: 'dispatchShipment', summary: 'Hands a parcel over to the carrier' })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: answerHeaders('ETag') })
  dispatch(
    @Param() { shipmentId }: ShipmentPath,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    return this.changes.answer(new DispatchShipment({ shipmentId, expectedVersion }), context, response);
  }
}
