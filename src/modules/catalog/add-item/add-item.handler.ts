import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AddItem } from '../contracts/add-item.command';
import { Item } from '../domain/item';
import { ItemRepository } from '../persistence/item.repository';

@CommandHandler(AddItem)
export class AddItemHandler implements ICommandHandler<AddItem> {
  constructor(private readonly items: ItemRepository) {}

  async execute({ itemId, name, stockTracked }: AddItem): Promise<{ itemId: string; version: number }> {
    const item = Item.add({ itemId, name, stockTracked });
    await this.items.add(item);
    return { itemId, version: item.version };
  }
}
