import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { IsVisibleText } from '../../../platform/contracts';
import { Trimmed } from '../../../platform/http';
import { MAX_QUANTITY } from '../contracts/item-quantity';

export class AdjustStockRequest {
  @ApiProperty({
    type: 'integer',
    minimum: -MAX_QUANTITY,
    maximum: MAX_QUANTITY,
    description: 'Signed; 0 for a count that found what the books say.',
  })
  @IsInt()
  @Min(-MAX_QUANTITY)
  @Max(MAX_QUANTITY)
  readonly quantity!: number;

  @ApiProperty({ minLength: 1, maxLength: 200, example: 'damaged' })
  @Trimmed()
  @IsString()
  @Length(1, 200)
  @IsVisibleText()
  readonly reason!: string;
}
