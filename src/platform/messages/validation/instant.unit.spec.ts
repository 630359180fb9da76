import { validateSync } from 'class-validator';
import { instantOf, IsInstant, IsLaterThan } from './instant';

class Interval {
  @IsInstant()
  readonly from!: string;

  @IsInstant()
  @IsLaterThan('from')
  readonly to!: string;
}

const faults = (from: unknown, to: unknown) =>
  validateSync(Object.assign(new Interval(), { from, to })).flatMap(({ constraints }) =>
    Object.keys(constraints ?? {}),
  );

describe('an instant', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-01-31T09:30Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31T09:30:15Z', '2026-01-31T09:30:15.000Z'],
    ['2026-01-31T23:30:15.25-02:00', '2026-02-01T01:30:15.250Z'],
  ])('is read: %s', (text, iso) => {
    expect(instantOf(text)?.toISOString()).toBe(iso);
  });

  it.each([
    '',
    'today',
    '2026',
    '2026-01',
    '26-01-31',
    '2026-1-31',
    '20260131',
    '0000-01-01',
    '12026-01-01',
    '31.01.2026',
    '2026-02-29',
    '2026-02-30',
    '2026-04-31T10:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-01-31T09:30',
    '2026-01-31 09:30Z',
    '2026-01-31T24:00Z',
    '2026-01-31T09:60Z',
    '2026-01-31T09:30:60Z',
    '2026-01-31T09:30:00.1234Z',
    '2026-01-31T09:30+24:00',
    '2026-01-31T09:30 01:00',
    '1769850000000',
    '2026-01-31\n',
  ])('is none: %j', (text) => {
    expect(instantOf(text)).toBeUndefined();
  });

  it('is later than another', () => {
    expect(faults('2026-01-31', '2026-02-01')).toEqual([]);
    expect(faults('2026-01-31T00:00:00+02:00', '2026-01-31')).toEqual([]);
    expect(faults('2026-01-31', '2026-01-31')).toEqual(['isLaterThan']);
    expect(faults('2026-01-31T00:00:00-02:00', '2026-01-31')).toEqual(['isLaterThan']);
    // What cannot be read is said once.
    expect(faults('then', '2026-01-31')).toEqual(['isInstant']);
    expect(faults(7, ['2026-01-31'])).toEqual(['isInstant', 'isInstant']);
  });
});
