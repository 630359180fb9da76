import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInstance, ValidateNested } from 'class-validator';
import { MoneyView } from '../money.view';

export class SetCreditLimitRequest {
  @ApiProperty()
  @IsInstance(MoneyView)
  @ValidateNested()
  @Type(() => MoneyView)
  readonly limit!: MoneyView;
}
