import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, setETag } from '../../../platform/http';
import { ShipmentPath } from '../shipment-path.request';
import { ShipmentView } from '../shipment.view';
import { ShowShipmentReader } from './show-shipment.reader';

@ApiTags('shipping')
@Controller('shipments')
export class ShowShipmentController {
  constructor(private readonly reader: ShowShipmentReader) {}

  @Get(':shipmentId')
  @ApiOperation({ operationId: 'showShipment', summary: 'Shows a shipment' })
  @ApiOkResponse({ type: ShipmentView, headers: answerHeaders('ETag') })
  async show(
    @Param() { shipmentId }: ShipmentPath,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ShipmentView> {
    const shipment = await this.reader.read(shipmentId);
    setETag(response, shipment.version);
    return shipment;
  }
}
