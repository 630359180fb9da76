import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ETAG } from '../../../platform/http/answer-headers';
import { Idempotency, IdempotencyContext } from '../../../platform/http/idempotency';
import { IfMatch, setETag } from '../../../platform/http/if-match';
import { ReportReturn } from '../contracts/report-return.command';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentVersionView } from '../shipment-version.view';

@ApiTags('shipping')
@Controller('shipments')
export class ReportReturnController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':shipmentId/return')
  @ApiOperation({
    operationId: 'reportReturn',
    summary: 'Reports that a parcel came back',
    description:
      'Undeliverable, refused, or lost and found: its goods are back in stock. Where it has not ended yet, its order is cancelled, and what was authorised for it is voided. What a customer sends back after a delivery is returned at the order.',
  })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: ETAG })
  async report(
    @Param() { shipmentId }: ShipmentPath,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    const { version } = await this.idempotency.once(context, () =>
      this.commands.execute(new ReportReturn({ shipmentId, expectedVersion })),
    );
    setETag(response, version);
    return { shipmentId, version };
  }
}
