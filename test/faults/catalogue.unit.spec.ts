import { catalogue } from './catalogue';

describe('The catalogue of the fault suite', () => {
  it('has each fault once in each set-up', () => {
    const rows = catalogue.map(({ fault, setUp }) => `${fault.name}, ${setUp}`);
    expect(rows).toEqual([...new Set(rows)]);
  });

  it('plays everything at least five times in CI, twice what is alike each time, and more often at night', () => {
    const rare = catalogue.filter(
      ({ fault: { alike = false }, trials: { ci, nightly } }) => ci < (alike ? 2 : 5) || nightly < 2 * ci,
    );
    expect(rare.map(({ fault, setUp }) => `${fault.name}, ${setUp}`)).toEqual([]);
  });
});
