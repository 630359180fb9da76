import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { DELIVERY_OUTCOMES, type DeliveryOutcome } from '../contracts/report-delivery.command';

export class ReportDeliveryRequest {
  @ApiProperty({
    enum: DELIVERY_OUTCOMES,
    description: 'After `failed` the shipment is still under way; a later report may say `delivered`.',
  })
  @IsIn(DELIVERY_OUTCOMES)
  readonly outcome!: DeliveryOutcome;
}
