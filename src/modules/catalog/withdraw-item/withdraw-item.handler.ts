import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WithdrawItem } from '../contracts/withdraw-item.command';
import { itemUnknown } from '../domain/item-refusals';
import { ItemRepository } from '../persistence/item.repository';

@CommandHandler(WithdrawItem)
export class WithdrawItemHandler implements ICommandHandler<WithdrawItem> {
  constructor(private readonly items: ItemRepository) {}

  async execute({ itemId, expectedVersion }: WithdrawItem): Promise<{ version: number }> {
    const item = await this.items.lock(itemId);
    if (!item) throw itemUnknown(itemId);
    item.withdraw(expectedVersion);
    await this.items.save(item);
    return { version: item.version };
  }
}
