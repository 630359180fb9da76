import fc from 'fast-check';
import { AS_LONG_AS_IT_TAKES, holds } from './check';
import { Lockstep } from './lockstep';
import { StockModel, stockAddsUp } from './models/stock-model';
import { EVERYTHING, Warehouse, warehouseCommands } from './reservations';
import { InventoryInMemory } from './systems/inventory-in-memory';

const RUNS = 1_000;
const isStockTracked = (itemId: string): boolean | undefined =>
  itemId === 'NOTHING' ? undefined : itemId !== 'SERVICE';
const names = { item: (name: string) => name, id: (name: string) => name };

describe('reservations, against a plain model', () => {
  it(
    'answer, count and remember as it does, whatever comes in whatever order',
    async () => {
      const seen = new Set<string>();
      await holds(
        fc.asyncProperty(warehouseCommands(60), (commands) =>
          fc.asyncModelRun(() => {
            const both = new Lockstep(
              new InventoryInMemory(isStockTracked),
              new StockModel(isStockTracked),
              stockAddsUp,
            );
            return { model: {}, real: new Warehouse(both, names, seen) };
          }, commands),
        ),
        { runs: RUNS, seen, everything: EVERYTHING },
      );
    },
    AS_LONG_AS_IT_TAKES,
  );
});
