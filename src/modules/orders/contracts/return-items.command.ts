import { Type } from 'class-transformer';
import { IsArray, IsInt, IsString, IsUUID, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/** So many of one item come back. */
export class ReturnedItem {
  @IsString()
  readonly itemId!: string;

  @IsInt()
  readonly quantity!: number;

  static of(itemId: string, quantity: number): ReturnedItem {
    return Object.assign(new ReturnedItem(), { itemId, quantity });
  }
}

/** Returns part or all of a completed order's lines, or refuses all of them with one reason per bad line. */
@CommandContract('orders.return-items', { version: 1 })
export class ReturnItems extends CommandMessage<ReturnItems, { returnId: string; refund: Money }> {
  @IsUUID()
  readonly orderId!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ReturnedItem)
  readonly lines!: ReturnedItem[];
}
