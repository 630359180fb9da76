import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ETAG } from '../../../platform/http/answer-headers';
import { Idempotency, IdempotencyContext } from '../../../platform/http/idempotency';
import { IfMatch, setETag } from '../../../platform/http/if-match';
import { ReportRefusal } from '../contracts/report-refusal.command';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentVersionView } from '../shipment-version.view';

@ApiTags('shipping')
@Controller('shipments')
export class ReportRefusalController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':shipmentId/refusal')
  @ApiOperation({
    operationId: 'reportRefusal',
    summary: 'Reports that a parcel was refused by its recipient',
    description:
      'It is on its way back. Its order is cancelled at once, and what was authorised for it is voided; the goods are back in stock when its return is reported.',
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
      this.commands.execute(new ReportRefusal({ shipmentId, expectedVersion })),
    );
    setETag(response, version);
    return { shipmentId, version };
  }
}
