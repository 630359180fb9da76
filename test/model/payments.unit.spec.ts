import fc from 'fast-check';
import { AS_LONG_AS_IT_TAKES, holds } from './check';
import { Lockstep } from './lockstep';
import { moneyAddsUp, PaymentsModel } from './models/payments-model';
import { EVERYTHING, LIMIT, TillAndProvider, tillCommands } from './payments';
import { PaymentsInMemory } from './systems/payments-in-memory';

const RUNS = 1_000;

describe('credit and payments, against a plain model', () => {
  it(
    'hold, take and give back as it does, whatever comes in whatever order',
    async () => {
      const seen = new Set<string>();
      await holds(
        fc.asyncProperty(tillCommands(60), (commands) =>
          fc.asyncModelRun(() => {
            const both = new Lockstep(new PaymentsInMemory(LIMIT), new PaymentsModel(LIMIT), moneyAddsUp);
            return { model: {}, real: new TillAndProvider(both, seen) };
          }, commands),
        ),
        { runs: RUNS, seen, everything: EVERYTHING },
      );
    },
    AS_LONG_AS_IT_TAKES,
  );
});
