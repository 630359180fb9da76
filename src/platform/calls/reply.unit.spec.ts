import { Refusal } from '../domain/refusal';
import { toProblem } from '../http/to-problem';
import { CommandContract, contractOf } from '../messages/contract';
import { isTransient, isPermanent } from '../subscriptions/failure';
import { ContractViolation } from '../messages/validate-message';
import { ModuleUnreachable } from '../messages/module-unreachable';
import { errorOf, type Reply, replyToError } from './reply';

@CommandContract('shop.buy')
class Buy {}

const contract = contractOf(Buy);
const withCode = (code: string, message = 'a column called secret'): Error =>
  Object.assign(new Error(message), { code });

/** What the caller throws when the owner threw `error`. */
function rebuilt(error: Error): Error {
  const reply = JSON.parse(JSON.stringify(replyToError(error))) as Reply;
  if (reply.outcome === 'result' || reply.outcome === 'busy' || reply.outcome === 'unavailable')
    throw new Error(reply.outcome);
  return errorOf(reply, contract);
}

describe('an error from another process', () => {
  it.each([
    [
      'a refusal',
      new Refusal('conflict', 'shop.sold-out', 'Sold out.', [
        { pointer: '/lines/0', code: 'shop.gone', message: 'Gone.' },
      ]),
    ],
    [
      'a refusal with what stands in the way',
      new Refusal('conflict', 'shop.taken', 'Taken.', [], { id: '1', href: '/shops/1' }),
    ],
    ['a refusal without reasons', new Refusal('unknown', 'shop.unknown', 'There is no such shop.')],
    ['a value that no column can take', withCode('22P02')],
    ['a value that exists already', withCode('23505')],
    ['a bug', new TypeError('cannot read properties of undefined')],
  ])('becomes the same problem document as in one process: %s', (_what, error) => {
    const document = (one: Error) => {
      const problem = toProblem(one);
      return { ...problem.toDocument('/shops', 'c'), headers: problem.options.headers };
    };
    expect(document(rebuilt(error))).toEqual(document(error));
  });

  it('is an equal refusal', () => {
    const refusal = new Refusal('not-allowed', 'shop.closed', 'Closed.', [
      { pointer: '', code: 'shop.sunday', message: 'Sunday.' },
    ]);
    expect(rebuilt(refusal)).toEqual(refusal);
    expect(rebuilt(refusal)).toBeInstanceOf(Refusal);
  });

  it('is a violation of the contract, which no retry can mend', () => {
    const violation = rebuilt(new ContractViolation(contract, ['name: must be text']));
    expect(violation.message).toBe('A message does not fit shop.buy version 1: name: must be text');
    expect(isPermanent(violation)).toBe(true);
  });

  it('tells nothing of the inside of its owner', () => {
    expect(
      JSON.stringify(
        [rebuilt(withCode('23505')), rebuilt(new Error('secret'))].map((error) => [
          error.message,
          error.cause,
        ]),
      ),
    ).not.toMatch(/secret/);
  });

  it.each(['40001', '57P01', 'ECONNREFUSED'])(
    'is worth another attempt when the surroundings of the owner failed: %s',
    (code) => {
      expect(replyToError(withCode(code))).toEqual({ outcome: 'unavailable' });
    },
  );

  it('counts as a failure of the caller only when the owner itself failed', () => {
    expect(isTransient(rebuilt(new Error('a bug')))).toBe(false);
    expect(isTransient(new ModuleUnreachable('shop', 'not-hosted'))).toBe(true);
    expect(
      isTransient(new Error('handling failed', { cause: new ModuleUnreachable('shop', 'no-answer') })),
    ).toBe(true);
  });

  it('is 503 with Retry-After when the module cannot be reached', () => {
    const problem = toProblem(new ModuleUnreachable('shop', 'circuit-open'));
    expect(problem).toMatchObject({
      status: 503,
      code: 'service.unavailable',
      options: { headers: { 'Retry-After': '1' } },
    });
  });
});
