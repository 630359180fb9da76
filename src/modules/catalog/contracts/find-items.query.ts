import { ArrayMaxSize, IsArray } from 'class-validator';
import { QueryContract, QueryMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';

/** An item as other modules see it. */
export interface ItemView {
  itemId: string;
  name: string;
  stockTracked: boolean;
  withdrawn: boolean;
}

/** What are these items? Unknown ones are left out of the answer; its order means nothing. */
@QueryContract('catalog.find-items', { version: 1 })
export class FindItems extends QueryMessage<FindItems, ItemView[]> {
  @IsArray()
  @ArrayMaxSize(1000)
  @IsItemId({ each: true })
  readonly itemIds!: string[];
}
