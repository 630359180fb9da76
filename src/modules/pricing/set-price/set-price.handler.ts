import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SetPrice } from '../contracts/set-price.command';
import { Price } from '../domain/price';
import { PriceRepository } from '../persistence/price.repository';

@CommandHandler(SetPrice)
export class SetPriceHandler implements ICommandHandler<SetPrice> {
  constructor(private readonly prices: PriceRepository) {}

  async execute(command: SetPrice): Promise<{ version: number }> {
    // Prices are never deleted, so whoever finds one after losing the race for the first finds it for good.
    return (await this.change(command)) ?? (await this.setFirst(command)) ?? (await this.change(command))!;
  }

  private async change({ itemId, unitPrice, expectedVersion }: SetPrice): Promise<{ version: number } | undefined> {
    const price = await this.prices.lock(itemId);
    if (!price) return undefined;
    price.set(unitPrice, expectedVersion);
    await this.prices.save(price);
    return { version: price.version };
  }

  private async setFirst({ itemId, unitPrice, expectedVersion }: SetPrice): Promise<{ version: number } | undefined> {
    const price = Price.notYetSetFor(itemId);
    price.set(unitPrice, expectedVersion);
    return (await this.prices.addUnlessThere(price)) ? { version: price.version } : undefined;
  }
}
