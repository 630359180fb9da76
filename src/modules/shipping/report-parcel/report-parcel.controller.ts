import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, IdempotencyContext, IfMatch } from '../../../platform/http';
import { ReportLoss } from '../contracts/report-loss.command';
import { ReportRefusal } from '../contracts/report-refusal.command';
import { ReportReturn } from '../contracts/report-return.command';
import { ShipmentChanges } from '../shipment-changes';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentVersionView } from '../shipment-version.view';

/** What becomes of a parcel that does not arrive. */
@ApiTags('shipping')
@Controller('shipments/:shipmentId')
export class ReportParcelController {
  constructor(private readonly changes: ShipmentChanges) {}

  @Post('refusal')
  @ApiOperation({
    operationId: 'reportRefusal',
    summary: 'Reports that a parcel was refused by its recipient',
    description:
      'It is on its way back. Its order is cancelled at once, and what was authorised for it is voided; the goods are back in stock when its return is reported.',
  })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: answerHeaders('ETag') })
  refusal(
    @Param() { shipmentId }: ShipmentPath,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    return this.changes.answer(new ReportRefusal({ shipmentId, expectedVersion }), context, response);
  }

  @Post('return')
  @ApiOperation({
    operationId: 'reportReturn',
    summary: 'Reports that a parcel came back',
    description:
      'Undeliverable, refused, or lost and found: its goods are back in stock. Where it has not ended yet, its order is cancelled, and what was authorised for it is voided. What a customer sends back after a delivery is returned at the order.',
  })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: answerHeaders('ETag') })
  return(
    @Param() { shipmentId }: ShipmentPath,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    return this.changes.answer(new ReportReturn({ shipmentId, expectedVersion }), context, response);
  }

  @Post('loss')
  @ApiOperation({
    operationId: 'reportLoss',
    summary: 'Reports a parcel as lost',
    description:
      'Counts as lost: its order is cancelled, and what was authorised for it is voided. One that turns up after all is reported as returned.',
  })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: answerHeaders('ETag') })
  loss(
    @Param() { shipmentId }: ShipmentPath,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    return this.changes.answer(new ReportLoss({ shipmentId, expectedVersion }), context, response);
  }
}
