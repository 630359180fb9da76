import { formatPence, parsePence } from './pence';

describe('pounds and pence', () => {
  it.each([
    ['2.55', 255],
    ['1.15', 115],
    ['1.5', 150],
    ['18', 1800],
    ['0', 0],
    ['.05', 5],
    ['940.87', 94087],
    ['0.10', 10],
  ])('reads %s as exactly %i pence', (pounds, pence) => {
    expect(parsePence(pounds)).toBe(pence);
  });

  it.each(['', '-1', '1.234', '1.', '1,50', '1e2', ' 1', 'free', '99999999999999999999'])(
    'does not take "%s" for a price',
    (pounds) => {
      expect(parsePence(pounds)).toBeUndefined();
    },
  );

  it.each([
    [0, '£0.00'],
    [5, '£0.05'],
    [123456789, '£1,234,567.89'],
    [-250, '-£2.50'],
  ])('shows %i pence as %s', (pence, pounds) => {
    expect(formatPence(pence)).toBe(pounds);
  });
});
