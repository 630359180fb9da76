import { JSON_OPTION, type OpsCommand } from '../command';
import { withOperations } from '../operations';
import { short, table } from '../table';

export const deferred: OpsCommand = {
  name: 'deferred',
  summary: 'the messages that failed, with their errors, and those that wait behind one of their key',
  options: JSON_OPTION,
  run: async ({ flag }, program) => {
    const messages = await withOperations(program, (operations) => operations.subscriptions.deferred());
    if (flag('json')) program.print(JSON.stringify(messages, undefined, 2));
    else if (messages.length === 0) program.print('No message is deferred.');
    else {
      const rows = messages.map(
        ({ subscription, log, key, type, state, attempts, transientFailures, retryAt, error }) => [
          subscription,
          log,
          key,
          type,
          state,
          attempts,
          transientFailures,
          state === 'retrying' ? (retryAt?.toISOString() ?? '') : '',
          short(error ?? ''),
        ],
      );
      for (const line of table(
        ['SUBSCRIPTION', 'LOG', 'KEY', 'MESSAGE', 'STATE', 'ATTEMPTS', 'TRANSIENT', 'NEXT TRY', 'ERROR'],
        rows,
      ))
        program.print(line);
    }
    return true;
  },
};
