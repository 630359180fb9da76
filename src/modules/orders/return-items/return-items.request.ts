import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsString, ValidateNested } from 'class-validator';

export class ReturnedItemRequest {
  @ApiProperty({ example: '85123A' })
  @IsString()
  readonly itemId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  @IsInt()
  readonly quantity!: number;
}

export class ReturnItemsRequest {
  @ApiProperty({ type: [ReturnedItemRequest], minItems: 1, maxItems: 1_000 })
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ReturnedItemRequest)
  readonly lines!: ReturnedItemRequest[];
}
