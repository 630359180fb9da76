import { calm } from './faults/calm';
import { killed } from './faults/killed';
import { processStopped } from './faults/process-stopped';
import { settingsStock } from './faults/settings-stock';
import type { SetStage } from './set-stage';
import { besideEachOther, SharedStages, TRIALS_PER_STAGE } from './shared-stages';

const row = (fault: typeof calm, setUp: 'one-process' | 'two-processes' = 'one-process') => ({
  fault,
  setUp,
});

describe('The stages of a campaign', () => {
  const cleared: string[] = [];
  let made = 0;
  const fresh = async (): Promise<SetStage> => {
    const name = `stage ${(made += 1)}`;
    return { stage: { clear: async () => void cleared.push(name) }, trials: 0, name } as unknown as SetStage;
  };

  beforeEach(() => {
    cleared.length = made = 0;
  });

  it('go from one row to the next whose processes are started alike, and are cleared after the last', async () => {
    const [first, other, next] = [row(calm), row(calm, 'two-processes'), row(killed)];
    const stages = new SharedStages([first, other, next], fresh);
    stages.begin(first);
    const stage = await stages.take(first);
    await stages.end(first, stage);
    stages.begin(other);
    expect(await stages.take(other)).not.toBe(stage);
    stages.begin(next);
    expect(await stages.take(next)).toBe(stage);
    expect(cleared).toEqual([]);
    await stages.end(next, stage);
    expect(cleared).toEqual(['stage 1']);
  });

  it('are cleared when no row is to come that could play on them, wherever they are', async () => {
    const [first, second] = [row(calm), row(killed)];
    const stages = new SharedStages([first, second], fresh);
    stages.begin(first);
    const one = await stages.take(first);
    stages.begin(second);
    const two = await stages.take(second);
    await stages.end(first, one);
    await stages.end(second, two);
    expect(cleared).toEqual(['stage 1', 'stage 2']);
  });

  it('are fresh after so many trials, and for faults that leave them other than they were', async () => {
    const [first, second] = [row(calm), row(killed)];
    const stages = new SharedStages([first, second, row(settingsStock), row(settingsStock)], fresh);
    stages.begin(first);
    const stage = await stages.take(first);
    stage.trials = TRIALS_PER_STAGE;
    await stages.end(first, stage);
    stages.begin(row(settingsStock));
    await stages.end(row(settingsStock), await stages.take(row(settingsStock)));
    expect(cleared).toEqual(['stage 1', 'stage 2']);
  });

  it('serve rows that follow one another', () => {
    const rows = [row(calm), row(processStopped), row(settingsStock), row(killed), row(settingsStock)];
    expect(besideEachOther(rows)).toEqual([rows[0], rows[3], rows[1], rows[2], rows[4]]);
  });
});
