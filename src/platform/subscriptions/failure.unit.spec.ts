import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { ModuleUnreachable } from '../messages/module-unreachable';
import { SwallowedError } from '../database/swallowed-error';
import { LogUnavailable } from '../log/log-source';
import { FencedError, HandlerTimeout, isConflict, isContention, isTransient } from './failure';

const withCode = (code: string, message = 'no'): Error => Object.assign(new Error(message), { code });

describe('an error', () => {
  it.each([
    '08006',
    '40001',
    '40P01',
    '53100',
    '53300',
    '57P01',
    '57P03',
    '58030',
    '55P03',
    '57014',
    '25P03',
    '25006',
    '3D000',
    '28P01',
  ])('of the server with %s is transient', (code) => expect(isTransient(withCode(code))).toBe(true));

  it.each(['25P02', '22012', '23505', '42P01', '42501', '22P02', 'P0001', '0A000', 'XX000'])(
    'of the server with %s is not',
    (code) => expect(isTransient(withCode(code))).toBe(false),
  );

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'])(
    'of the network with %s is transient',
    (code) => expect(isTransient(withCode(code))).toBe(true),
  );

  it.each([
    ['a module that cannot be reached', new ModuleUnreachable('catalog', 'no-answer')],
    ['a log that cannot be read', new LogUnavailable('catalog', 'no broker')],
    ['a lease that was lost', new FencedError('a.b', 'c')],
    ['a connection that was lost in a transaction', new QueryRunnerAlreadyReleasedError()],
    [
      'a plan that a migration made stale',
      Object.assign(withCode('0A000'), { routine: 'RevalidateCachedQuery' }),
    ],
    ['a connection that was lost', new Error('Connection terminated unexpectedly')],
    [
      'the same as TypeORM says it',
      new QueryFailedError('select 1', [], new Error('Connection terminated unexpectedly')),
    ],
    ['the cause of another', new Error('it failed', { cause: withCode('40P01') })],
  ])('that is %s is transient', (_, error) => expect(isTransient(error)).toBe(true));

  it.each([
    [
      'quotes a user who says what drivers say',
      new Error('item "Connection terminated unexpectedly" is unknown'),
    ],
    ['is of the server and says what drivers say', withCode('P0001', 'Connection terminated unexpectedly')],
    [
      'is of the server and says what drivers say, in TypeORM',
      new QueryFailedError('', [], withCode('P0001', 'Query read timeout')),
    ],
    [
      'says what the server says of a stale plan',
      withCode('P0001', 'cached plan must not change result type'),
    ],
    ['is a handler that took too long', new HandlerTimeout('a.b', 5)],
  ])('that %s is not', (_, error) => expect(isTransient(error)).toBe(false));

  it('that was caught decides about the transaction that it broke', () => {
    expect(isTransient(new SwallowedError(withCode('22012')))).toBe(false);
    expect(isTransient(new SwallowedError(undefined))).toBe(false);
    expect(isTransient(new SwallowedError(withCode('40P01')))).toBe(true);
    expect(isContention(new SwallowedError(withCode('55P03')))).toBe(true);
  });

  it('of a lock or a time limit is contention, one of a deadlock a conflict', () => {
    const kinds = ['55P03', '57014', '40P01', '40001', '57P01'].map((code) => [
      isContention(withCode(code)),
      isConflict(withCode(code)),
    ]);
    expect(kinds).toEqual([
      [true, false],
      [true, false],
      [false, true],
      [false, true],
      [false, false],
    ]);
  });

  it('that is its own cause is looked at once', () => {
    const error = new Error('round and round');
    error.cause = error;
    expect(isTransient(error)).toBe(false);
  });
});
