import { Deadline } from '../kernel/deadline';
import { type Call, type CallChannel, ModuleCalls, type ModuleCallOptions } from './module-calls';
import { QueryContract, contractOf } from '../messages/contract';

@QueryContract('shop.find')
class Find {}

const OPTIONS: ModuleCallOptions = {
  attemptMs: 2_000,
  usualMs: 5_000,
  circuit: { failures: 2, pauseMs: 60_000 },
  budget: { share: 0.1, perSecond: 100 },
};

/** Answers calls with a timeout of at least `tookMs`. */
const answeringAfter = (tookMs: number): CallChannel => ({
  ask: async (_call, timeoutMs) =>
    timeoutMs < tookMs ? 'no-answer' : { outcome: 'result', result: { json: 'found' } },
  isAlive: async () => true,
});
const callBy = (deadline: Deadline): Call => ({
  id: '1',
  contract: contractOf(Find),
  fields: {},
  deadline,
  context: { correlationId: 'c' },
});

describe('calls to a module', () => {
  it.each([0, 20])('that had %i ms left leave the circuit of a healthy one closed', async (leftMs) => {
    const calls = new ModuleCalls('shop', answeringAfter(100), OPTIONS);
    for (let call = 0; call < 5; call += 1) {
      await expect(calls.run(callBy(Deadline.in(leftMs)))).rejects.toMatchObject({
        reason: 'out-of-time',
        code: 'MODULE_UNREACHABLE',
      });
    }
    expect(calls.circuit.isOpen).toBe(false);
    await expect(calls.run(callBy(Deadline.in(5_000)))).resolves.toBe('found');
  });

  it('open it when it had the time and did not answer', async () => {
    const options = { ...OPTIONS, attemptMs: 40 };
    const calls = new ModuleCalls('shop', answeringAfter(1_000), options);
    for (let call = 0; call < 2; call += 1) {
      await expect(calls.run(callBy(Deadline.in(60)))).rejects.toMatchObject({ reason: 'no-answer' });
    }
    expect(calls.circuit.isOpen).toBe(true);
  });

  it('open it also where nobody may wait as long as an attempt usually takes', async () => {
    const calls = new ModuleCalls('shop', answeringAfter(1_000), { ...OPTIONS, usualMs: 50 });
    for (let call = 0; call < 2; call += 1) {
      await expect(calls.run(callBy(Deadline.in(50)))).rejects.toMatchObject({ reason: 'no-answer' });
    }
    expect(calls.circuit.isOpen).toBe(true);
  });
});
