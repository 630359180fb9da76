import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ETAG } from '../../../platform/http/answer-headers';
import { Idempotency, IdempotencyContext } from '../../../platform/http/idempotency';
import { IfMatch, setETag } from '../../../platform/http/if-match';
import { ReportLoss } from '../contracts/report-loss.command';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentVersionView } from '../shipment-version.view';

@ApiTags('shipping')
@Controller('shipments')
export class ReportLossController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':shipmentId/loss')
  @ApiOperation({
    operationId: 'reportLoss',
    summary: 'Reports a parcel as lost',
    description:
      'Counts as lost: its order is cancelled, and what was authorised for it is voided. One that turns up after all is reported as returned.',
  })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: ETAG })
  async report(
    @Param() { shipmentId }: ShipmentPath,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    const { version } = await this.idempotency.once(context, () => this.commands.execute(new ReportLoss({ shipmentId, expectedVersion })));
    setETag(response, version);
    return { shipmentId, version };
  }
}
