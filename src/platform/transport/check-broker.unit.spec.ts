import { isOlder } from './check-broker';

describe('The version of a broker', () => {
  it.each(['2.10.22', '2.9.99', '1.99.99', '2.10', 'nonsense'])('%s is too old', (version) =>
    expect(isOlder(version)).toBe(true),
  );
  it.each(['2.10.23', '2.10.27', '2.11.0-RC.1', '2.15.1', '3.0.0'])('%s is not', (version) =>
    expect(isOlder(version)).toBe(false),
  );
});
