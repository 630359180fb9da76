import { JSON_OPTION, type OpsCommand } from '../command';
import { withOperations } from '../operations';
import { short, table } from '../table';
import { jobName } from './job-name';

export const jobs: OpsCommand = {
  name: 'jobs',
  summary: 'open jobs by type, and the failing and the parked ones with their errors',
  options: JSON_OPTION,
  run: async ({ flag }, program) => {
    const { print } = program;
    const [counts, failing, parked] = await withOperations(program, (operations) =>
      Promise.all([operations.jobs.counts(), operations.jobs.failing(), operations.jobs.allParked()]),
    );
    if (flag('json')) print(JSON.stringify({ counts, failing, parked }, undefined, 2));
    else if (counts.length === 0) print('No job is open.');
    else {
      for (const line of table(
        ['MODULE', 'TYPE', 'OPEN', 'SCHEDULED', 'PARKED'],
        counts.map((count) => [count.module, count.type, count.open, count.scheduled, count.parked]),
      ))
        print(line);
      if (failing.length > 0) {
        print('');
        const rows = failing.map((job) => [
          job.module,
          jobName(job),
          job.failures,
          job.transientFailures,
          job.runAt.toISOString(),
          short(job.error),
        ]);
        for (const line of table(
          ['MODULE', 'FAILING JOB', 'FAILURES', 'TRANSIENT', 'NEXT TRY', 'ERROR'],
          rows,
        ))
          print(line);
      }
      if (parked.length === 0) return true;
      print('');
      const rows = parked.map((job) => [
        job.module,
        jobName(job),
        job.failures,
        job.parkedAt.toISOString(),
        short(job.error),
      ]);
      for (const line of table(['MODULE', 'PARKED JOB', 'FAILURES', 'SINCE', 'ERROR'], rows)) print(line);
    }
    return true;
  },
};
