import { ApiProperty } from '@nestjs/swagger';
import { IsItemName } from '../contracts/item-name';

export class ChangeItemRequest {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsItemName()
  readonly name!: string;
}
