import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Results {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    testResults: readonly { status: string; ancestorTitles: readonly string[] }[];
  }[];
}
const { sayLeftOut } = createRequire(__filename)('./left-out-reporter.js') as {
  sayLeftOut: (results: Results, nameFilter: string | undefined) => string | undefined;
};

const group = (name: string, ...statuses: string[]) => ({
  testResults: statuses.map((status) => ({ status, ancestorTitles: ['a file', name, 'a group inside'] })),
});

describe('the end of a run of tests', () => {
  const results = {
    numTotalTests: 7,
    testResults: [
      group(
        'over NATS [left out: no NATS server. Bring one with: npm run nats:install]',
        'pending',
        'pending',
        'pending',
      ),
      group('behind a pooler [left out: no PgBouncer]', 'pending'),
      group('here', 'passed', 'failed', 'pending'),
    ],
  };

  it('says how many tests were left out, and why', () => {
    expect(sayLeftOut(results, undefined)).toBe(
      [
        '5 of 7 tests were left out:',
        '  3: no NATS server. Bring one with: npm run nats:install',
        '  1: no PgBouncer',
        '  1: skipped in their own files',
      ].join('\n'),
    );
  });

  it('says nothing where every test was run', () => {
    expect(
      sayLeftOut({ numTotalTests: 1, testResults: [group('here', 'passed')] }, undefined),
    ).toBeUndefined();
  });

  it('says nothing of tests that a name pattern passed over', () => {
    expect(sayLeftOut(results, 'one of them')).toBeUndefined();
  });
});

describe('bringing the NATS server, where that fails', () => {
  const bring = (...options: string[]) =>
    spawnSync(join(__dirname, '../../.ci/install-nats-server'), options, {
      env: { ...process.env, NATS_SERVER: '/not/there' },
      encoding: 'utf8',
    });

  it('is an error for whoever asked for it, and none for a run of tests', () => {
    expect(bring()).toMatchObject({ status: 1, stderr: expect.stringContaining('/not/there') });
    expect(bring('--if-possible')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('/not/there'),
    });
  });
});
