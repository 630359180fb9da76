import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageRequest } from '../../../platform/http';
import { SHIPMENT_STATES, type ShipmentState } from '../domain/shipment';

export class ListShipmentsRequest extends PageRequest {
  @ApiPropertyOptional({ enum: SHIPMENT_STATES })
  @IsOptional()
  @IsIn(SHIPMENT_STATES)
  readonly state?: ShipmentState;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  readonly orderId?: string;
}
