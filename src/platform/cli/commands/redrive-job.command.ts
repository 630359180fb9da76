import { type OpsCommand, WrongUse } from '../command';
import { withOperations } from '../operations';
import { jobNamed } from './job-name';

export const redriveJob: OpsCommand = {
  name: 'redrive-job',
  summary: "sets a module's parked jobs going again: all, or the one named as `jobs` shows it",
  parameters: [{ name: 'module' }, { name: 'job', optional: true }],
  run: async ({ parameters: [module, name] }, program) => {
    if (!program.modules.includes(module))
      throw new WrongUse(`There is no module "${module}". The modules are ${program.modules.join(', ')}.`);
    const job = name === undefined ? undefined : jobNamed(name);
    if (name !== undefined && !job)
      throw new WrongUse(
        `"${name}" is no job. Write <type>/<key>, as the column PARKED JOB shows it: npm run ops -- jobs`,
      );
    const redriven = await withOperations(program, (operations) => operations.jobs.redrive(module, job));
    if (redriven > 0)
      program.print(
        `${redriven} ${redriven === 1 ? 'job is' : 'jobs are'} tried again. A running process takes them up within seconds.`,
      );
    else if (!job) program.print(`${module} has no parked job.`);
    else program.print(`${module} has no such parked job. See which there are: npm run ops -- jobs`);
    return redriven > 0 || !job;
  },
};
