import type { Mutant } from '../mutant.ts';

const TRANSACTION = 'src/platform/database/transaction.ts';
const UNIT_OF_WORK = 'src/platform/unit-of-work/unit-of-work.ts';
const TABLE = 'src/platform/unit-of-work/aggregate-table.ts';
const REPOSITORY_SPEC = 'src/platform/unit-of-work/aggregate-repository.int.spec.ts';
const TRANSACTION_SPEC = 'src/platform/unit-of-work/transaction.int.spec.ts';
const OUTBOX_SPEC = 'src/platform/unit-of-work/outbox.int.spec.ts';

/** State and messages commit together or not at all. */
export const unitOfWork: readonly Mutant[] = [
  {
    name: 'rolled-back-commit-taken-for-one',
    breaks: 'A commit that the server turned into a rollback is an error.',
    file: TRANSACTION,
    find: `if (committed.value.command !== 'COMMIT') throw`,
    put: 'if (committed.value.command === undefined) throw',
    specs: [TRANSACTION_SPEC],
  },
  {
    name: 'failed-append-ignored',
    breaks: 'A unit of work whose messages could not be appended throws.',
    file: TRANSACTION,
    find: `for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;`,
    put: `if (answers[1].status === 'rejected') throw answers[1].reason;`,
    specs: [TRANSACTION_SPEC, OUTBOX_SPEC],
  },
  {
    name: 'other-module-joins',
    breaks: 'A command to another module from inside a unit of work is refused.',
    file: UNIT_OF_WORK,
    find: 'if (running.module === module) return work();\n      throw',
    put: 'if (running.transactional) return work();\n      throw',
    specs: ['src/platform/subscriptions/subscription-worker.int.spec.ts'],
  },
  {
    name: 'ended-scope-still-open',
    breaks: 'A handler that lost its unit of work cannot use it any more.',
    file: UNIT_OF_WORK,
    find: 'if (!scope.open) throw tooLate();',
    put: '',
    specs: [OUTBOX_SPEC, 'src/platform/subscriptions/subscription-worker.int.spec.ts'],
  },
  {
    name: 'hooks-before-commit',
    breaks: 'What waits for the commit is not called when it fails.',
    file: UNIT_OF_WORK,
    find: 'await transaction.commit(insertion);',
    put: 'for (const hook of scope.afterCommit) hook();\n      await transaction.commit(insertion);',
    specs: [OUTBOX_SPEC, TRANSACTION_SPEC],
  },
  {
    name: 'lane-too-few',
    breaks: 'A key has the same lane for ever, one of 256.',
    file: 'src/platform/unit-of-work/outbox.ts',
    find: `Number.parseInt(hash('md5', key, 'hex').slice(0, 2), 16);`,
    put: `Number.parseInt(hash('md5', key, 'hex').slice(0, 2), 16) % 255;`,
    specs: ['src/platform/subscriptions/lanes.unit.spec.ts'],
  },
  {
    name: 'rows-locked-in-any-order',
    breaks: 'Rows that many keys share are locked in sorted order, or units of work deadlock.',
    file: TABLE,
    find: 'order by ${column} for update`',
    put: 'order by md5(${column}::text) for update`',
    specs: [REPOSITORY_SPEC],
  },
  {
    name: 'rows-not-locked',
    breaks: 'What a command loads stays as it is until the command ends.',
    file: TABLE,
    find: 'order by ${column} for update`',
    put: 'order by ${column}`',
    specs: [REPOSITORY_SPEC],
  },
  {
    name: 'vanished-rows-ignored',
    breaks: 'A change of a row that is gone is an error.',
    file: TABLE,
    find: 'if (count !== rows.length)',
    put: 'if (count > rows.length)',
    specs: [REPOSITORY_SPEC],
  },
  {
    name: 'unanswering-connection-kept',
    breaks: 'A connection that did not answer in time is given up, and not handed to the next one.',
    file: 'src/platform/database/pooled-client.ts',
    find: 'if (isQueryReadTimeout(error) || isStalePlan(error)) this.abandon();',
    put: 'if (isStalePlan(error)) this.abandon();',
    specs: ['src/platform/database/data-sources.int.spec.ts'],
  },
];
