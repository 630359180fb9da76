import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ETAG } from '../../../platform/http/answer-headers';
import { Idempotency, IdempotencyContext } from '../../../platform/http/idempotency';
import { IfMatch, setETag } from '../../../platform/http/if-match';
import { DispatchShipment } from '../contracts/dispatch-shipment.command';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentVersionView } from '../shipment-version.view';

@ApiTags('shipping')
@Controller('shipments')
export class DispatchShipmentController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':shipmentId/dispatch')
  @ApiOperation({ operationId: 'dispatchShipment', summary: 'Hands a parcel over to the carrier' })
  @HttpCode(200)
  @ApiOkResponse({ type: ShipmentVersionView, headers: ETAG })
  async dispatch(
    @Param() { shipmentId }: ShipmentPath,
    @IfMatch() expectedVersion: number | undefined,
    @IdempotencyContext('shipping') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentVersionView> {
    const { version } = await this.idempotency.once(context, () =>
      this.commands.execute(new DispatchShipment({ shipmentId, expectedVersion })),
    );
    setETag(response, version);
    return { shipmentId, version };
  }
}
