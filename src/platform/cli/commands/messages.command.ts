import { JSON_OPTION, type OpsCommand } from '../command';
import { withOperations } from '../operations';
import { table } from '../table';

export const messages: OpsCommand = {
  name: 'messages',
  summary: 'how many messages were published, and how many are deferred',
  options: JSON_OPTION,
  run: async ({ flag }, program) => {
    const totals = await withOperations(program, (operations) => operations.subscriptions.totals());
    if (flag('json')) program.print(JSON.stringify(totals, undefined, 2));
    else
      for (const line of table(
        ['PUBLISHED', 'PARKED', 'WAITING'],
        [[totals.published, totals.parked, totals.waiting]],
      ))
        program.print(line);
    return true;
  },
};
