import { expectedReport } from '../../src/demo/expectation';
import type { Plan } from '../../src/demo/plan';
import { timesOver } from './times-over';

const LINES = [{ itemId: '10001', quantity: 2, unitPrice: 150 }];
const PLAN: Plan = {
  customers: [
    { name: 'Ada', country: 'United Kingdom', steps: [{ kind: 'order', reference: '1', lines: LINES }] },
  ],
  items: [{ itemId: '10001', name: 'Teapot', stockTracked: true, listPrice: 150, openingStock: 2 }],
};

describe('A plan that is played several times over', () => {
  it('comes to as many times the figures, with customers of its own each time', () => {
    const plan = timesOver(PLAN, 3);
    expect(expectedReport(plan)).toMatchObject({
      orders: { submitted: 3, completed: 3 },
      money: { captured: 900 },
      stock: { received: 6, dispatched: 6, onHand: 0 },
    });
    expect(new Set(plan.customers).size).toBe(3);
    expect(plan.items).toHaveLength(1);
  });
});
