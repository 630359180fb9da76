import type { OpsCommand } from '../command';
import { withOperations } from '../operations';

const parameters = [{ name: 'subscription' }];

export const pause: OpsCommand = {
  name: 'pause',
  summary: 'stops a subscription where it stands; messages wait for it in the log',
  parameters,
  run: async ({ parameters: [subscription] }, program) => {
    await withOperations(program, (operations) => operations.subscriptions.pause(subscription));
    program.print(`${subscription} is paused. Running processes stop handling its messages within seconds.`);
    return true;
  },
};

export const resume: OpsCommand = {
  name: 'resume',
  summary: 'lets a paused subscription go on',
  parameters,
  run: async ({ parameters: [subscription] }, program) => {
    await withOperations(program, (operations) => operations.subscriptions.resume(subscription));
    program.print(`${subscription} goes on. Running processes take it up within seconds.`);
    return true;
  },
};
