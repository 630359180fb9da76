import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Max, Min } from 'class-validator';
import { IsCurrency } from '../messages/validation/is-currency';

/** An amount in a request, in a currency that ISO 4217 knows. */
export class MoneyRequest {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'In minor units: pence, cents.', example: 255 })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly amount!: number;

  @ApiProperty({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.', example: 'GBP' })
  @IsString()
  @IsCurrency()
  readonly currency!: string;
}
