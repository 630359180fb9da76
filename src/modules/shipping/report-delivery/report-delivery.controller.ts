import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, IdempotencyContext, IfMatch } from '../../../platform/http';
import { ReportDelivery } from '../contracts/report-delivery.command';
import { ShipmentChanges } from '../shipment-changes';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentVersionView } from '../shipment-version.view';
import { ReportDeliveryRequest } from './report-delivery.request';

@ApiTags('shipping')
@Controller('shipments')
export class ReportDeliveryController {
  constructor(private readonly changes: ShipmentChanges) {}

  @Post(':shipmentId/delivery')
  @ApiOperation({ operationId: 'reportDelivery', summary: 'Reports what came of a delivery' })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: answerHeaders('ETag') })
  report(
    @Param() { shipmentId }: ShipmentPath,
    @Body() { outcome }: ReportDeliveryRequest,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    return this.changes.answer(
      new ReportDelivery({ shipmentId, outcome, expectedVersion }),
      context,
      response,
    );
  }
}
