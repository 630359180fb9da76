import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInstance, ValidateNested } from 'class-validator';
import { IsVisibleText } from '../../../platform/contracts';
import { LabelsRequest } from '../../../platform/http';
import { IsCustomerName, IsOptionalEmail } from '../contracts/customer-details';
import { AddressView } from '../customer.view';

export class RegisterCustomerRequest extends LabelsRequest {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsCustomerName()
  @IsVisibleText()
  readonly name!: string;

  @ApiPropertyOptional({ format: 'email', maxLength: 254 })
  @IsOptionalEmail()
  readonly email?: string;

  @ApiProperty()
  @IsInstance(AddressView, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => AddressView)
  readonly address!: AddressView;
}
