import { JSON_OPTION, type OpsCommand } from '../command';
import { withOperations } from '../operations';
import { short, table } from '../table';
import { jobName } from './job-name';

export const jobs: OpsCommand = {
  name: 'jobs',
  summary: 'open jobs by type, and the parked ones with their errors',
  options: JSON_OPTION,
  run: async ({ flag }, program) => {
    const { print } = program;
    const [counts, parked] = await withOperations(program, (operations) =>
      Promise.all([operations.jobs.counts(), operations.jobs.allParked()]),
    );
    if (flag('json')) print(JSON.stringify({ counts, parked }, undefined, 2));
    else if (counts.length === 0) print('No job is open.');
    else {
      for (const line of table(
        ['MODULE', 'TYPE', 'OPEN', 'PARKED'],
        counts.map((count) => [count.module, count.type, count.open, count.parked]),
      ))
        print(line);
      if (parked.length === 0) return true;
      print('');
      const rows = parked.map((job) => [job.module, jobName(job), job.failures, job.parkedAt.toISOString(), short(job.error)]);
      for (const line of table(['MODULE', 'PARKED JOB', 'FAILURES', 'SINCE', 'ERROR'], rows)) print(line);
    }
    return true;
  },
};
