import { currentStep, startStep, StartStepTooSlow, tidied } from './start-step';

const STEP = { what: 'the moon', limitMs: 60_000, wayOut: 'Wait for another night.' };
const never = (): Promise<never> => new Promise(() => undefined);

describe('A step of the start', () => {
  const said: string[] = [];
  const log = (line: string): void => void said.push(line);

  beforeEach(() => {
    jest.useFakeTimers();
    said.length = 0;
  });
  afterEach(() => jest.useRealTimers());

  it('says nothing when it is quick, and answers what its work answers', async () => {
    await expect(startStep(STEP, log, async () => 7)).resolves.toBe(7);
    await jest.advanceTimersByTimeAsync(120_000);
    expect([said, currentStep(), jest.getTimerCount()]).toEqual([[], undefined, 0]);
  });

  it('says what it waits for after a few seconds, and again, and gives up at its limit with the way out', async () => {
    const ended = startStep(STEP, log, never).catch((error: unknown) => error);
    expect(currentStep()).toBe('the moon');
    await jest.advanceTimersByTimeAsync(2_900);
    expect(said).toEqual([]);
    await jest.advanceTimersByTimeAsync(200);
    expect(said).toEqual(['still waiting for the moon (3 s of at most 60) ...']);
    await jest.advanceTimersByTimeAsync(15_000);
    expect(said.at(-1)).toBe('still waiting for the moon (18 s of at most 60) ...');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await ended).toEqual(
      new StartStepTooSlow(
        'The start gave up after 60 seconds of waiting for the moon. Wait for another night.',
      ),
    );
    expect([currentStep(), jest.getTimerCount()]).toEqual([undefined, 0]);
  });

  it('is named by the innermost one', async () => {
    let inner: string | undefined;
    await startStep(STEP, log, () =>
      startStep({ ...STEP, what: 'its far side' }, log, async () => void (inner = currentStep())),
    );
    expect([inner, currentStep()]).toEqual(['its far side', undefined]);
  });

  it('passes on what its work throws', async () => {
    await expect(startStep(STEP, log, () => Promise.reject(new Error('clouds')))).rejects.toThrow('clouds');
    expect([currentStep(), jest.getTimerCount()]).toEqual([undefined, 0]);
  });

  it('is tidied up behind for a few seconds and no longer', async () => {
    let done = false;
    void tidied(never()).then(() => (done = true));
    await jest.advanceTimersByTimeAsync(4_900);
    expect(done).toBe(false);
    await jest.advanceTimersByTimeAsync(200);
    expect(done).toBe(true);
    await expect(tidied(Promise.reject(new Error('gone')))).resolves.toBeUndefined();
  });
});
