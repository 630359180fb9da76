import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsObject, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';
import { CanonicalUuid, IsCurrency } from '../../../platform/contracts';
import { LabelsRequest } from '../../../platform/http';
import { MAX_LINES } from '../contracts/ordered-line';
import { SALES_CHANNEL, UNKNOWN_CHANNEL } from '../contracts/sales-channel';

// Only the form is checked here. What is wrong with a line that can be read is told with a code per line by
// the rules of orders.

export class AgreedPriceRequest {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'In minor units: pence, cents.', example: 255 })
  @IsInt()
  readonly amount!: number;

  @ApiProperty({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.', example: 'GBP' })
  @IsString()
  @IsCurrency()
  readonly currency!: string;
}

export class OrderLineRequest {
  @ApiProperty({ example: '85123A' })
  @IsString()
  readonly itemId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 6 })
  @IsInt()
  readonly quantity!: number;

  @ApiPropertyOptional({
    description: 'Counts instead of the list price, but only where the process is told to trust its callers.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => AgreedPriceRequest)
  readonly agreedUnitPrice?: AgreedPriceRequest;
}

export class PlaceOrderRequest extends LabelsRequest {
  @ApiProperty({ format: 'uuid' })
  @CanonicalUuid()
  @IsString()
  readonly customerId!: string;

  @ApiProperty({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.', example: 'GBP' })
  @IsString()
  @IsCurrency()
  readonly currency!: string;

  @ApiProperty({ type: [OrderLineRequest], minItems: 1, maxItems: MAX_LINES })
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => OrderLineRequest)
  readonly lines!: OrderLineRequest[];

  @ApiPropertyOptional({
    pattern: SALES_CHANNEL.source,
    default: UNKNOWN_CHANNEL,
    description: "Where it is sold, by the shop's own name for it.",
    example: 'wholesale',
  })
  @IsOptional()
  @IsString()
  @Matches(SALES_CHANNEL)
  readonly salesChannel?: string;
}
