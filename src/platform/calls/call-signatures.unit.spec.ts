import { headers } from '@nats-io/transport-node';
import { ModuleKeys } from '../transport/module-keys';
import { isAnswerOf, signAnswer } from '../transport/signed-answers';
import { requestProblem, SIGNED, signRequest } from './call-signatures';

const keys = ModuleKeys.derivedFrom('a secret of this test');
const SUBJECT = 'seamline.call.payments.capture';
const bytes = (text: string) => new TextEncoder().encode(text);

const request = () => {
  const made = headers();
  made.set('Seamline-Call-Id', 'id-1');
  const nonce = signRequest(keys, 'orders', SUBJECT, '{"amount":1}', made);
  return { nonce, received: { subject: SUBJECT, data: bytes('{"amount":1}'), headers: made } };
};

describe('a signed call', () => {
  afterEach(() => jest.restoreAllMocks());

  it('counts as it was sent', () => {
    expect(requestProblem(keys, request().received)).toBeUndefined();
  });

  it('does not count when anything of it is another', () => {
    const others = {
      subject: { ...request().received, subject: 'seamline.call.payments.void' },
      data: { ...request().received, data: bytes('{"amount":2}') },
      nothing: { ...request().received, headers: undefined },
      ...Object.fromEntries(
        ['Seamline-Call-Id', SIGNED.from, SIGNED.sentAt, SIGNED.nonce, SIGNED.signature].map((name) => {
          const { received } = request();
          received.headers.set(name, '1');
          return [name, received];
        }),
      ),
    };
    expect(
      Object.keys(others).filter(
        (name) => requestProblem(keys, others[name as keyof typeof others]) === undefined,
      ),
    ).toEqual([]);
  });

  it.each([-13, 13])('does not count when it is played again %i hours later', (hours) => {
    const { received } = request();
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + hours * 3_600_000);
    expect(requestProblem(keys, received)).toMatch('too long ago');
  });

  it('is answered by its owner, to the question that was asked', () => {
    const answer = (module: string, nonce: string, data = '"yes"') => {
      const made = headers();
      made.set(SIGNED.signature, signAnswer(keys, module, SUBJECT, nonce, data));
      return { data: bytes('"yes"'), headers: made };
    };
    const { nonce } = request();
    expect(isAnswerOf(keys, 'payments', SUBJECT, nonce, answer('payments', nonce))).toBe(true);
    expect(isAnswerOf(keys, 'payments', SUBJECT, nonce, answer('shipping', nonce))).toBe(false);
    expect(isAnswerOf(keys, 'payments', SUBJECT, nonce, answer('payments', request().nonce))).toBe(false);
    expect(isAnswerOf(keys, 'payments', SUBJECT, nonce, answer('payments', nonce, '"no"'))).toBe(false);
    expect(isAnswerOf(keys, 'payments', SUBJECT, nonce, { data: bytes('"yes"') })).toBe(false);
  });
});
