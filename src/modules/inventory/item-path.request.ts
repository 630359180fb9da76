import { ApiProperty } from '@nestjs/swagger';
import { IsItemId } from './contracts/item-id';

/** The item named in a path. */
export class ItemPath {
  @ApiProperty({ example: '85123A' })
  @IsItemId()
  readonly itemId!: string;
}
