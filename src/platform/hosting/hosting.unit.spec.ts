import { SettingsError } from '../config/env-reader';
import { readSettings } from '../config/settings';
import { type Hosting, hostingOf } from './hosting';

const ALL = ['customers', 'orders', 'payments'];
const hosting = (MODULES?: string): Hosting => hostingOf(ALL, readSettings({ MODULES }).hosting);

describe('the modules of a process', () => {
  it('are all of them where MODULES is not set', () => {
    const { all, hosted, elsewhere } = hosting();
    expect({ all, hosted, elsewhere }).toEqual({ all: ALL, hosted: ALL, elsewhere: [] });
  });

  it('are those that MODULES names, in the order of the application', () => {
    const some = hosting(' payments, customers');
    expect(some.hosted).toEqual(['customers', 'payments']);
    expect(some.elsewhere).toEqual(['orders']);
    expect(ALL.filter((module) => some.hosts(module))).toEqual(['customers', 'payments']);
    expect(some.hosts('loyalty')).toBe(false);
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'names no module'],
    ['only commas', ' , ', 'names no module'],
    ['an empty name', 'orders,,payments', 'has a comma without a module beside it'],
    ['an unknown name', 'orders,shiping', 'names "shiping", which is no module'],
    ['a name in capitals', 'Orders', 'names "Orders", which is no module'],
    ['a name twice', 'orders,orders', 'names "orders" twice'],
  ])('cannot be %s: the message lists the modules and says what to write', (_what, MODULES, problem) => {
    expect(() => hosting(MODULES)).toThrow(SettingsError);
    expect(() => hosting(MODULES)).toThrow(
      `- MODULES ${problem}. The modules are customers, orders, payments. Correct it, as in MODULES=customers,orders, or unset it to host them all.`,
    );
  });

  it('are refused with everything that is wrong at once', () => {
    expect(() => hosting('orders,stores,orders')).toThrow(
      /names "stores", which is no module.*\n.*names "orders" twice/,
    );
  });
});
