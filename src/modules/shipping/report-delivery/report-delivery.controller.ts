import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ETAG } from '../../../platform/http/answer-headers';
import { Idempotency, IdempotencyContext } from '../../../platform/http/idempotency';
import { IfMatch, setETag } from '../../../platform/http/if-match';
import { ReportDelivery } from '../contracts/report-delivery.command';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentVersionView } from '../shipment-version.view';
import { ReportDeliveryRequest } from './report-delivery.request';

@ApiTags('shipping')
@Controller('shipments')
export class ReportDeliveryController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':shipmentId/delivery')
  @ApiOperation({ operationId: 'reportDelivery', summary: 'Reports what came of a delivery' })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: ETAG })
  async report(
    @Param() { shipmentId }: ShipmentPath,
    @Body() { outcome }: ReportDeliveryRequest,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    const { version } = await this.idempotency.once(context, () =>
      this.commands.execute(new ReportDelivery({ shipmentId, outcome, expectedVersion })),
    );
    setETag(response, version);
    return { shipmentId, version };
  }
}
