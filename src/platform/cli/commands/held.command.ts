import { JSON_OPTION, type OpsCommand } from '../command';
import { withOperations } from '../operations';
import { short, table } from '../table';

export const held: OpsCommand = {
  name: 'held',
  summary: 'the messages that subscriptions hold back, with the errors of those that failed',
  options: JSON_OPTION,
  run: async ({ flag }, program) => {
    const messages = await withOperations(program, (operations) => operations.subscriptions.held());
    if (flag('json')) program.print(JSON.stringify(messages, undefined, 2));
    else if (messages.length === 0) program.print('No message is held back.');
    else {
      const rows = messages.map(({ subscription, log, subject, type, state, attempts, transientFailures, retryAt, error }) => [
        ...[subscription, log, subject, type, state, attempts, transientFailures],
        ...[state === 'retrying' ? (retryAt?.toISOString() ?? '') : '', short(error ?? '')],
      ]);
      for (const line of table(['SUBSCRIPTION', 'LOG', 'KEY', 'MESSAGE', 'STATE', 'ATTEMPTS', 'TRANSIENT', 'NEXT TRY', 'ERROR'], rows))
        program.print(line);
    }
    return true;
  },
};
