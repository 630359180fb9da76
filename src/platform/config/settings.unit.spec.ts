import { SettingsError, type Environment } from './env-reader';
import { readSettings } from './settings';

const problemsOf = (env: Environment): readonly string[] => {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
};

describe('settings', () => {
  it('need nothing: an empty environment means the embedded database on loopback', () => {
    const settings = readSettings({});
    expect(settings.http).toMatchObject({ port: 3000, host: '127.0.0.1', loopbackOnly: true });
    expect(settings.database).toMatchObject({ url: undefined, dataDir: '.data', poolSize: 5 });
  });

  it('take the servers and the login from NATS_URL, and want one that can be used', () => {
    expect(readSettings({}).transport).toEqual({
      servers: [],
      user: undefined,
      password: undefined,
      monitorUrl: undefined,
    });
    const { transport } = readSettings({
      NATS_URL: 'nats://orders%2Bpayments:p%40ss@one:4000, nats://orders%2Bpayments:p%40ss@two',
    });
    expect(transport).toMatchObject({
      servers: ['one:4000', 'two:4222'],
      user: 'orders+payments',
      password: 'p@ss',
    });
    const secret = 'http://user:secret@one';
    expect(problemsOf({ NATS_URL: secret, NATS_MONITOR_URL: 'one:8222' })).toEqual([
      expect.stringMatching(/^NATS_URL must be the URL of a NATS server/),
      expect.stringMatching(/^NATS_MONITOR_URL must be the HTTP address/),
    ]);
    expect(problemsOf({ NATS_URL: secret }).join()).not.toContain('secret');
  });

  it('take hosts and origins of browsers, and want ones that a browser sends', () => {
    expect(readSettings({}).http.browsers).toEqual({ hosts: [], origins: [] });
    const { browsers } = readSettings({
      ALLOWED_HOSTS: 'Shop.example.com, *',
      ALLOWED_ORIGINS: 'https://shop.example.com',
    }).http;
    expect(browsers).toEqual({ hosts: ['shop.example.com', '*'], origins: ['https://shop.example.com'] });
    expect(
      problemsOf({ ALLOWED_HOSTS: 'shop.example.com:80', ALLOWED_ORIGINS: 'https://shop.example.com/' }),
    ).toEqual([
      expect.stringMatching(/^ALLOWED_HOSTS must be names without a port/),
      expect.stringMatching(/^ALLOWED_ORIGINS must be origins/),
    ]);
  });

  it('let a process that stops take requests for some seconds more where other machines send them, unless it is said otherwise', () => {
    const drainDelay = (env: Environment): number => readSettings(env).http.drainDelayMs;
    expect(
      [{}, { HOST: 'localhost' }, { HOST: '0.0.0.0' }, { HOST: '0.0.0.0', HTTP_DRAIN_DELAY_MS: '0' }].map(
        drainDelay,
      ),
    ).toEqual([0, 0, 5_000, 0]);
  });

  it('want limits of forwarded requests that fit one another', () => {
    expect(readSettings({}).calls).toMatchObject({ forwardSilenceMs: 30_000, forwardTotalMs: 120_000 });
    expect(problemsOf({ FORWARD_SILENCE_MS: '200000' })).toEqual([
      'FORWARD_SILENCE_MS is 200000 and more than FORWARD_TOTAL_MS, 120000: no request could wait for so long. Lower it, or raise FORWARD_TOTAL_MS.',
    ]);
    expect(problemsOf({ FORWARD_SILENCE_MS: '200000', FORWARD_TOTAL_MS: '200000' })).toEqual([]);
  });

  it('take an empty variable as unset', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: ' ' }).http.port).toBe(3000);
  });

  it('report everything that is wrong at once, with the variable, what it must be, and a way out', () => {
    const problems = problemsOf({
      PORT: '70000',
      DATABASE_POOL_SIZE: '1.5',
      LOG_LEVEL: 'loud',
    });
    expect(problems).toEqual([
      'PORT must be a whole number from 0 to 65535. Correct it, or unset it for 3000.',
      'DATABASE_POOL_SIZE must be a whole number from 3 to 100. Correct it, or unset it for 5.',
      'LOG_LEVEL must be one of fatal, error, warn, log, debug, verbose. Correct it, or unset it for log.',
    ]);
  });

  it.each(['1e3', '0x10', '12abc', '3.5', 'NaN', 'Infinity'])(
    'take no number written as %s for a port',
    (PORT) => {
      expect(problemsOf({ PORT })).toHaveLength(1);
    },
  );

  it('never repeat a value that may be secret', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      DATABASE_ROLE_SECRET: 'hunter2',
      OPS_TOKEN: 'hunter2',
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('want a token where the operator is not on the same machine', () => {
    expect(problemsOf({ OPS_HOST: '0.0.0.0' })[0]).toMatch(
      /^OPS_TOKEN must be a secret of at least 16 characters/,
    );
    expect(problemsOf({ OPS_HOST: '0.0.0.0', OPS_TOKEN: 'a-token-that-is-long-enough' })).toEqual([]);
  });

  it('want a secret for the roles with a database server of your own', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://host/db' })[0]).toMatch(/^DATABASE_ROLE_SECRET must be/);
    expect(problemsOf({ DATABASE_ADMIN_URL: 'postgres://host/db' })[0]).toMatch(
      /^DATABASE_ADMIN_URL is set, but DATABASE_URL is not/,
    );
  });

  it('know modules of several words by their variables', () => {
    const { database } = readSettings({
      LOYALTY_POINTS_DATABASE_URL: 'postgres://a/b',
      LOYALTY_POINTS_DATABASE_ADMIN_URL: 'postgres://c/d',
      DATABASE_ROLE_SECRET: 'long enough for a secret',
    });
    expect([...database.moduleUrls]).toEqual([['loyalty-points', 'postgres://a/b']]);
    expect([...database.moduleAdminUrls]).toEqual([['loyalty-points', 'postgres://c/d']]);
  });

  it('take a failpoint where it is for tests', () => {
    expect(readSettings({}).faults.failpoint).toBeUndefined();
    expect(readSettings({ FAILPOINT: 'tick.after:3' }).faults.failpoint).toEqual({
      name: 'tick.after',
      hit: 3,
      fate: 'die',
    });
    expect(readSettings({ FAILPOINT: 'tick.after:3:freeze' }).faults.failpoint).toEqual({
      name: 'tick.after',
      hit: 3,
      fate: 'freeze',
    });
    expect(problemsOf({ FAILPOINT: 'tick.afterwards' })[0]).toMatch(
      /^FAILPOINT must be <name>, <name>:<hit> or <name>:<hit>:<die, freeze or throw>, .* one of unit-of-work.before-append, /,
    );
  });

  it('refuse failpoints and planted bugs in production', () => {
    const problems = problemsOf({
      NODE_ENV: 'production',
      FAILPOINT: 'tick.after',
      PLANTED_BUG: 'position-only-cursor',
    });
    expect(problems).toEqual([
      'FAILPOINT is for tests and would break the service here. Unset it; to try it, start with another NODE_ENV than production.',
      'PLANTED_BUG is for tests and would break the service here. Unset it; to try it, start with another NODE_ENV than production.',
    ]);
  });
});
