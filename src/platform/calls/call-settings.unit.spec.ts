import { readSettings } from '../config/settings';

describe('the settings of calls', () => {
  it('suit a process that is alone', () => {
    expect(readSettings({}).calls).toEqual({
      deadlineMs: 5_000,
      attemptMs: 2_000,
      circuitFailures: 5,
      forwardWaitMs: 10_000,
      forwardSilenceMs: 30_000,
      forwardTotalMs: 120_000,
      announcedUrl: undefined,
    });
  });

  it('take the address that others reach', () => {
    expect(readSettings({ ANNOUNCED_URL: 'http://orders.internal:3000/' }).calls.announcedUrl).toBe(
      'http://orders.internal:3000',
    );
  });

  it.each([
    'orders.internal:3000',
    'https://orders.internal',
    'http://orders.internal/api',
    'http://me:secret@orders.internal',
  ])('refuse an address that is none, without repeating it: %s', (ANNOUNCED_URL) => {
    expect(() => readSettings({ ANNOUNCED_URL })).toThrow(
      /ANNOUNCED_URL must be http:\/\/<host>:<port> and nothing more/,
    );
    expect(() => readSettings({ ANNOUNCED_URL })).not.toThrow(/internal/);
  });
});
