import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { IsCurrency } from '../../../platform/contracts';
import { PageRequest } from '../../../platform/http';

export class ListPricesRequest extends PageRequest {
  @ApiPropertyOptional({
    pattern: '^[A-Z]{3}$',
    description: 'Only items that have a price in it.',
    example: 'EUR',
  })
  @IsOptional()
  @IsString()
  @IsCurrency()
  readonly currency?: string;
}
