import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsVisibleText } from '../../../platform/contracts';
import { IsItemId } from '../contracts/item-id';
import { IsItemName } from '../contracts/item-name';

export class AddItemRequest {
  @ApiProperty({ example: '85123A' })
  @IsItemId()
  readonly itemId!: string;

  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsItemName()
  @IsVisibleText()
  readonly name!: string;

  @ApiProperty({ description: 'False for a service. Never changes.' })
  @IsBoolean()
  readonly stockTracked!: boolean;
}
