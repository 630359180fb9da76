import fc from 'fast-check';
import { AS_LONG_AS_IT_TAKES, holds } from './check';
import { EVERYTHING, shopCommands } from './orders';
import { CREDIT_LIMIT, hasAddress, isAtRest, Shop } from './shop';
import { InventoryInMemory } from './systems/inventory-in-memory';
import { OrdersInMemory } from './systems/orders-in-memory';
import { PaymentsInMemory } from './systems/payments-in-memory';
import { ShippingInMemory } from './systems/shipping-in-memory';

const RUNS = 1_500;

describe('orders and all that is held for them, against plain models', () => {
  it(
    'go the same way, end only when nothing is held, and come to rest with the books in order',
    async () => {
      const seen = new Set<string>();
      const open = (): Shop =>
        new Shop(
          {
            orders: new OrdersInMemory(),
            inventory: new InventoryInMemory(),
            payments: new PaymentsInMemory(CREDIT_LIMIT),
            shipping: new ShippingInMemory(hasAddress),
          },
          seen,
        );
      await holds(
        fc.asyncProperty(shopCommands(100), async (commands) => {
          const shop = open();
          await fc.asyncModelRun(() => ({ model: {}, real: shop }), commands);
          await shop.comeToRest();
          isAtRest(await shop.look(), shop.placed);
        }),
        { runs: RUNS, seen, everything: EVERYTHING },
      );
    },
    AS_LONG_AS_IT_TAKES,
  );
});
