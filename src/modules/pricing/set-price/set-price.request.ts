import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInstance, ValidateNested } from 'class-validator';
import { UnitPriceView } from '../price.view';

export class SetPriceRequest {
  @ApiProperty()
  @IsInstance(UnitPriceView, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => UnitPriceView)
  readonly unitPrice!: UnitPriceView;
}
