import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobOperations } from './job-operations';
import { JobRegistry } from './job-registry';
import { JobRunners } from './job-runners';
import { JobSignal } from './job-signal';
import { Jobs } from './jobs';

/** Durable jobs: side effects outside the database. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [JobSignal, Jobs, JobRegistry, JobRunners, JobOperations],
  exports: [Jobs, JobOperations],
})
export class JobsModule {}
