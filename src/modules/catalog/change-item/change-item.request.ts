import { ApiProperty } from '@nestjs/swagger';
import { IsVisibleText } from '../../../platform/contracts';
import { IsItemName } from '../contracts/item-name';

export class ChangeItemRequest {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsItemName()
  @IsVisibleText()
  readonly name!: string;
}
