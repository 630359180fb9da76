import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { JobCompletion } from './job-completion';
import { JobRegistry } from './job-registry';
import { JobRunner } from './job-runner';
import { JobSignal } from './job-signal';
import { JobTable } from './job-table';

/** Starts a runner for each module with job handlers, and drains them all at shutdown. */
@Injectable()
export class JobRunners implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runners: JobRunner[] = [];
  private readonly stopListening: (() => void)[] = [];

  constructor(
    private readonly registry: JobRegistry,
    private readonly databases: ModuleDatabases,
    private readonly work: UnitOfWork,
    private readonly signal: JobSignal,
  ) {}

  onApplicationBootstrap(): void {
    for (const [module, jobs] of this.registry.byModule()) {
      if (!this.databases.modules.includes(module)) continue;
      const runner = new JobRunner(
        module,
        jobs,
        new JobTable(this.databases.of(module)),
        new JobCompletion(module, this.work),
      );
      this.stopListening.push(this.signal.listen(module, (delayMs) => runner.notify(delayMs)));
      this.runners.push(runner);
      runner.start();
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const stop of this.stopListening) stop();
    await Promise.all(this.runners.map((runner) => runner.stop()));
  }
}
