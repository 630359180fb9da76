import { type ModuleLocations, modulesLivingHere, standbysAmong } from './module-location';

const ASKED = ['customers', 'orders', 'payments', 'shipping', 'returns'];
const LOCATIONS: ModuleLocations = new Map([
  ['customers', { state: 'active' }],
  ['orders', { state: 'leaving', elsewhere: 'b:5432/orders' }],
  ['payments', { state: 'moved', elsewhere: 'c:5432/payments' }],
  ['shipping', { state: 'absent', place: 'd:5432/shipping', reason: 'there is no such database' }],
] as const);

describe('the modules of a process', () => {
  it('are those that live in the databases which it uses for them; one that nobody knows of is not', () => {
    expect(modulesLivingHere(ASKED, LOCATIONS)).toEqual(['customers']);
  });

  it('are stood by for where they live elsewhere, and it is said where', () => {
    expect(standbysAmong(ASKED, LOCATIONS).map(({ module, where }) => `${module}, ${where}`)).toEqual([
      'orders, which is on its way to b:5432/orders',
      'payments, which lives in c:5432/payments',
      'shipping, for which there is nothing in d:5432/shipping yet (there is no such database): npm run extract makes it',
    ]);
  });
});
