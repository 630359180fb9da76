import type { Mutant } from '../mutant.ts';

const TABLE = 'src/platform/jobs/job-table.ts';
const RUNNER = 'src/platform/jobs/job-runner.ts';
const SPECS = ['src/platform/jobs/jobs.int.spec.ts'];

/** A side effect is asked for as often as needed under one key, and recorded once. */
export const jobs: readonly Mutant[] = [
  {
    name: 'unrecorded-result-uses-up-attempts',
    breaks: 'A result that cannot be recorded for a transient reason uses up no attempt.',
    file: RUNNER,
    find: 'const transient = isOfRecording && isTransient(error);',
    put: 'const transient = false;',
    specs: SPECS,
  },
  {
    name: 'job-retried-at-once',
    breaks: 'A failed job rests before it is tried again.',
    file: TABLE,
    find: `run_at = now() + coalesce($5::int, 0) * interval '1 millisecond'`,
    put: "run_at = now() + coalesce($5::int, 0) * interval '0 millisecond'",
    specs: SPECS,
  },
  {
    name: 'job-rests-do-not-grow',
    breaks: 'Each failure of a job makes the next rest longer.',
    file: RUNNER,
    find: 'const delayMs = retryDelay(failures, longestRestMs);',
    put: 'const delayMs = retryDelay(1, longestRestMs);',
    specs: SPECS,
  },
  {
    name: 'job-claimed-by-two',
    breaks: 'A claimed job is not claimed again while its lock lasts.',
    file: TABLE,
    find: 'and j.run_at <= now() and j.locked_until <= now()',
    put: 'and j.run_at <= now()',
    specs: SPECS,
  },
  {
    name: 'job-claimed-early',
    breaks: 'A job is not performed before its time.',
    file: TABLE,
    find: 'and j.run_at <= now() and j.locked_until <= now()',
    put: 'and j.locked_until <= now()',
    specs: SPECS,
  },
  {
    name: 'job-finished-without-claim',
    breaks: 'A process that slept through its lock records nothing.',
    file: TABLE,
    find: 'and jobs.claim = mine.claim',
    put: '',
    specs: SPECS,
  },
  {
    name: 'job-failed-without-claim',
    breaks: 'A process that slept through its lock gives nothing back.',
    file: TABLE,
    find: 'where type = $1 and idempotency_key = $2 and claim = $3',
    put: 'where type = $1 and idempotency_key = $2 and $3::uuid is not null',
    specs: SPECS,
  },
  {
    name: 'living-process-robbed',
    breaks: 'Jobs of a process that is connected are left to it.',
    file: TABLE,
    find: `and j.owner <> $1 and not \${isConnected('j.owner')} for update`,
    put: 'and $1::uuid is not null for update',
    specs: SPECS,
  },
  {
    name: 'job-never-parked',
    breaks: 'A job that keeps failing is parked.',
    file: RUNNER,
    find: ': failures >= maxAttempts;',
    put: ': failures > 2 * maxAttempts;',
    specs: SPECS,
  },
  {
    name: 'redriven-job-keeps-failures',
    breaks: 'A redriven job has all its attempts again.',
    file: 'src/platform/jobs/job-operations.ts',
    find: 'set parked_at = null, failures = 0, transient_failures = 0,',
    put: 'set parked_at = null, transient_failures = 0,',
    specs: SPECS,
  },
  {
    name: 'running-job-withdrawn',
    breaks: 'A job that may have happened is not taken back.',
    file: 'src/platform/jobs/jobs.ts',
    find: 'and attempts = 0 for update skip locked',
    put: 'for update skip locked',
    specs: SPECS,
  },
  {
    name: 'job-key-taken-twice',
    breaks: 'An effect is asked for once, however often it is enqueued.',
    file: 'src/platform/jobs/jobs.ts',
    find: '       on conflict (type, idempotency_key) do nothing`',
    put: '       on conflict (type, idempotency_key) do update set attempts = 0, payload = excluded.payload`',
    specs: SPECS,
  },
];
