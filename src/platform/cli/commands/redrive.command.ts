import type { OpsCommand } from '../command';
import { withOperations } from '../operations';

export const redrive: OpsCommand = {
  name: 'redrive',
  summary: "lets a subscription's parked messages be tried again, those of every key or of one",
  parameters: [{ name: 'subscription' }],
  options: { key: { value: 'KEY', summary: 'only the messages of this key; `deferred` shows the keys' } },
  run: async ({ parameters: [subscription], value }, program) => {
    const key = value('key');
    const redriven = await withOperations(program, (operations) =>
      operations.subscriptions.redrive(subscription, key),
    );
    if (redriven > 0)
      program.print(
        `${redriven} ${redriven === 1 ? 'key is' : 'keys are'} tried again. Running processes take them up within seconds.`,
      );
    else if (key === undefined) program.print(`${subscription} has nothing parked.`);
    else
      program.print(
        `${subscription} has nothing parked under the key "${key}". See what is: npm run ops -- deferred`,
      );
    return redriven > 0 || key === undefined;
  },
};
