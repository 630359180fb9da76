import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInstance, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain/money';
import { MoneyView } from '../price.view';

export class SetPriceRequest {
  @ApiProperty({ type: MoneyView })
  @IsInstance(Money, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => Money)
  readonly unitPrice!: Money;
}
