import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import type { ContextApplication } from '../support/context-application';
import { AS_LONG_AS_IT_TAKES, holds } from './check';
import { Lockstep } from './lockstep';
import { StockModel, stockAddsUp } from './models/stock-model';
import { EVERYTHING, ORDER_NAMES, Warehouse, warehouseCommands } from './reservations';
import { InventoryInDatabase, startInventory } from './systems/inventory-in-database';

const RUNS = 25;
const isStockTracked = (itemId: string): boolean | undefined =>
  itemId.endsWith('NOTHING') ? undefined : !itemId.endsWith('SERVICE');

describe('reservations in the database, against a plain model', () => {
  let context: ContextApplication;
  let runs = 0;

  beforeAll(async () => {
    context = await startInventory(isStockTracked);
  });

  afterAll(() => context?.close());

  /** A run, with names of its own: what earlier runs left behind is none of its business. */
  const open = (seen: Set<string>): Warehouse => {
    runs += 1;
    const prefix = `RUN ${runs} `;
    const ids = new Map(ORDER_NAMES.map((name) => [name, uuidv7()]));
    const id = (name: string): string => {
      const known = ids.get(name) ?? uuidv7();
      ids.set(name, known);
      return known;
    };
    const orders = ORDER_NAMES.map(id);
    const real = new InventoryInDatabase(context, prefix, orders);
    const both = new Lockstep(real, new StockModel(isStockTracked), stockAddsUp);
    return new Warehouse(both, { item: (name) => prefix + name, id }, seen);
  };

  it(
    'answer, count and remember as it does, through the handlers, the statements and the log',
    async () => {
      const seen = new Set<string>();
      await holds(
        fc.asyncProperty(warehouseCommands(50), (commands) =>
          fc.asyncModelRun(() => ({ model: {}, real: open(seen) }), commands),
        ),
        { runs: RUNS, seen, everything: EVERYTHING },
      );
    },
    AS_LONG_AS_IT_TAKES,
  );
});
