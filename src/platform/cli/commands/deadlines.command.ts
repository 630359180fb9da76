import { JSON_OPTION, type OpsCommand } from '../command';
import { withOperations } from '../operations';
import { short, table } from '../table';

export const deadlines: OpsCommand = {
  name: 'deadlines',
  summary: 'the deadlines of processes that failed and are tried again, with their errors',
  options: JSON_OPTION,
  run: async ({ flag }, program) => {
    const failed = await withOperations(program, (operations) => operations.sagas.failedDeadlines());
    if (flag('json')) program.print(JSON.stringify(failed, undefined, 2));
    else if (failed.length === 0) program.print('No deadline has failed.');
    else {
      const rows = failed.map(({ saga, id, state, deadlineAt, failures, retryAt, error }) => [
        saga,
        id,
        state,
        deadlineAt.toISOString(),
        failures,
        retryAt.toISOString(),
        short(error),
      ]);
      for (const line of table(['PROCESS', 'ID', 'STATE', 'DEADLINE', 'FAILURES', 'NEXT TRY', 'ERROR'], rows))
        program.print(line);
    }
    return true;
  },
};
