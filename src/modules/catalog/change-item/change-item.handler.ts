import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ChangeItem } from '../contracts/change-item.command';
import { itemUnknown } from '../domain/item-refusals';
import { ItemRepository } from '../persistence/item.repository';

@CommandHandler(ChangeItem)
export class ChangeItemHandler implements ICommandHandler<ChangeItem> {
  constructor(private readonly items: ItemRepository) {}

  async execute({ itemId, name, expectedVersion }: ChangeItem): Promise<{ version: number }> {
    const item = await this.items.lock(itemId);
    if (!item) throw itemUnknown(itemId);
    item.rename(name, expectedVersion);
    await this.items.save(item);
    return { version: item.version };
  }
}
