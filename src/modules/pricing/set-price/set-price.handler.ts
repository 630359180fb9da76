import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SetPrice } from '../contracts/set-price.command';
import { ItemPrices } from '../domain/item-prices';
import { ItemPricesRepository } from '../persistence/item-prices.repository';

@CommandHandler(SetPrice)
export class SetPriceHandler implements ICommandHandler<SetPrice> {
  constructor(private readonly prices: ItemPricesRepository) {}

  async execute(command: SetPrice): Promise<{ version: number }> {
    // Prices are never deleted, so a command that finds one after losing the race for the first finds it for
    // good.
    return (await this.change(command)) ?? (await this.setFirst(command)) ?? (await this.change(command))!;
  }

  private async change({
    itemId,
    unitPrice,
    expectedVersion,
  }: SetPrice): Promise<{ version: number } | undefined> {
    const prices = await this.prices.lock(itemId);
    if (!prices) return undefined;
    prices.set(unitPrice, expectedVersion);
    await this.prices.save(prices);
    return { version: prices.version };
  }

  private async setFirst({
    itemId,
    unitPrice,
    expectedVersion,
  }: SetPrice): Promise<{ version: number } | undefined> {
    const prices = ItemPrices.notYetSetFor(itemId);
    prices.set(unitPrice, expectedVersion);
    return (await this.prices.addUnlessThere(prices)) ? { version: prices.version } : undefined;
  }
}
