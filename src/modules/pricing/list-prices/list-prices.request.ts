import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { PageRequest } from '../../../platform/http/paging';
import { IsCurrency } from '../../../platform/messages/validation/is-currency';

export class ListPricesRequest extends PageRequest {
  @ApiPropertyOptional({ pattern: '^[A-Z]{3}$', description: 'Only items that have a price in it.', example: 'EUR' })
  @IsOptional()
  @IsString()
  @IsCurrency()
  readonly currency?: string;
}
