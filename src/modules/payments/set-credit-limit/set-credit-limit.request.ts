import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInstance, ValidateNested } from 'class-validator';
import { MoneyRequest } from '../../../platform/http';

export class SetCreditLimitRequest {
  @ApiProperty()
  @IsInstance(MoneyRequest)
  @ValidateNested()
  @Type(() => MoneyRequest)
  readonly limit!: MoneyRequest;
}
