import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInstance, ValidateNested } from 'class-validator';
import { MoneyRequest } from '../../../platform/http';

export class SetPriceRequest {
  @ApiProperty()
  @IsInstance(MoneyRequest, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => MoneyRequest)
  readonly unitPrice!: MoneyRequest;
}
