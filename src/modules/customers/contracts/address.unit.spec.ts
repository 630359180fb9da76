import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Address } from './address';

const parse = (parts: object): Address => plainToInstance(Address, parts);
const problemsOf = (address: Address): string[] => validateSync(address).map((problem) => problem.property);

describe('an address', () => {
  it('needs a country and nothing else', () => {
    expect(problemsOf(parse({ country: 'France' }))).toEqual([]);
    expect(problemsOf(parse({ city: 'Paris' }))).toEqual(['country']);
  });

  it('is trimmed, and blank parts are left out', () => {
    expect(
      Address.of(parse({ line1: '  1 High Street ', line2: '   ', city: null, country: ' France ' })),
    ).toEqual(Address.of({ line1: '1 High Street', country: 'France' }));
  });

  it('has parts of bounded length', () => {
    const long = {
      recipient: 'x'.repeat(201),
      line1: 'x'.repeat(201),
      line2: 'x'.repeat(201),
      city: 'x'.repeat(101),
      postalCode: 'x'.repeat(21),
      country: 'x'.repeat(61),
    };
    expect(problemsOf(parse(long))).toEqual(Object.keys(long));
  });

  it('takes text only', () => {
    expect(problemsOf(parse({ city: 7, country: ['France'] }))).toEqual(['city', 'country']);
  });
});
