import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { IsCurrency } from '../messages/validation/is-currency';

/** The currency that is asked about, where there may be several. */
export class CurrencyRequest {
  @ApiPropertyOptional({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.', example: 'EUR' })
  @IsOptional()
  @IsString()
  @IsCurrency()
  readonly currency?: string;
}
