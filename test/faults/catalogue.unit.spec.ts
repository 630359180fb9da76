import { catalogue } from './catalogue';

describe('The catalogue of the fault suite', () => {
  it('has each fault once in each set-up', () => {
    const rows = catalogue.map(({ fault, setUp }) => `${fault.name}, ${setUp}`);
    expect(rows).toEqual([...new Set(rows)]);
  });

  it('plays everything at least five times in CI, and more often at night', () => {
    const rare = catalogue.filter(({ trials: { ci, nightly } }) => ci < 5 || nightly < 2 * ci);
    expect(rare.map(({ fault, setUp }) => `${fault.name}, ${setUp}`)).toEqual([]);
  });
});
