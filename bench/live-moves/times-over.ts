import type { Plan } from '../../src/demo/plan';

/**
 * A plan as if its file had been played several times side by side: everything happens to as many customers,
 * with as much stock.
 */
export function timesOver({ customers, items }: Plan, times: number): Plan {
  return {
    customers: Array.from({ length: times }, () => customers).flatMap((again) =>
      again.map((customer) => ({ ...customer })),
    ),
    items: items.map((item) => ({ ...item, openingStock: item.openingStock * times })),
  };
}
