import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Hosting } from '../hosting/hosting';
import type { Standby } from '../config/standby';
import { type FrontPage, showFrontPage } from '../http/front-page';
import { SafeToRepeat } from '../http/safe-to-repeat';
import { type FailingJob, type JobCount, JobOperations, type ParkedJob } from '../jobs/job-operations';
import {
  type DeferredMessageView,
  SubscriptionOperations,
  type SubscriptionStatus,
} from '../subscriptions/subscription-operations';
import { type FailedDeadline, SagaOperations } from '../sagas/saga-operations';
import { Quiescence, type PendingWork } from './quiescence';
import { ModulePath, RedriveJobsRequest, RedriveRequest, SubscriptionPath } from './ops.request';

const PAGE: FrontPage = {
  title: "Seamline, the operator's API",
  links: {
    '/ops/api/hosting': 'which modules this process runs',
    '/ops/api/subscriptions':
      'subscriptions, how far they are and who works on them; POST {name}/pause, {name}/resume or {name}/redrive',
    '/ops/api/deferred-messages': 'messages that are retried or parked',
    '/ops/api/jobs': 'jobs, open, failing and parked; POST {module}/redrive',
    '/ops/api/failed-deadlines': 'deadlines of processes that failed',
    '/ops/api/messages/totals': 'how many messages there are',
    '/ops/api/pending-work': 'what is still going to happen by itself',
    '/metrics': 'the metrics of this process',
  },
};

/** What an operator sees and does, over HTTP. The same code as `npm run ops`. */
@Controller('ops/api')
export class OpsController {
  constructor(
    private readonly operations: SubscriptionOperations,
    private readonly jobOperations: JobOperations,
    private readonly sagas: SagaOperations,
    private readonly quiescence: Quiescence,
    private readonly hosting: Hosting,
  ) {}

  /** Where everything is. */
  @Get()
  show(@Req() request: Request, @Res() response: Response): void {
    showFrontPage(request, response, PAGE);
  }

  /** Which modules this process runs, and which it takes up when they come. */
  @Get('hosting')
  hostingNow(): { hosted: readonly string[]; elsewhere: readonly string[]; standsBy: readonly Standby[] } {
    const { hosted, elsewhere, standbys } = this.hosting;
    return { hosted, elsewhere, standsBy: standbys };
  }

  @Get('subscriptions')
  async subscriptions(): Promise<{ items: SubscriptionStatus[] }> {
    return { items: await this.operations.list() };
  }

  @Get('deferred-messages')
  async deferredMessages(): Promise<{ items: DeferredMessageView[] }> {
    return { items: await this.operations.deferred() };
  }

  @Post('subscriptions/:name/pause')
  @SafeToRepeat('what is paused stays so')
  @HttpCode(204)
  pause(@Param() { name }: SubscriptionPath): Promise<void> {
    return this.operations.pause(name);
  }

  @Post('subscriptions/:name/resume')
  @SafeToRepeat('what goes on goes on')
  @HttpCode(204)
  resume(@Param() { name }: SubscriptionPath): Promise<void> {
    return this.operations.resume(name);
  }

  @Post('subscriptions/:name/redrive')
  @SafeToRepeat('only what is parked is tried again, and what the first request has tried again is not')
  @HttpCode(200)
  async redrive(
    @Param() { name }: SubscriptionPath,
    @Body() { key }: RedriveRequest,
  ): Promise<{ redriven: number }> {
    return { redriven: await this.operations.redrive(name, key) };
  }

  /** Counts by module and type, and the failing and the parked jobs with their errors. */
  @Get('jobs')
  async jobs(): Promise<{ items: JobCount[]; failing: FailingJob[]; parked: ParkedJob[] }> {
    const { jobOperations } = this;
    return {
      items: await jobOperations.counts(),
      failing: await jobOperations.failing(),
      parked: await jobOperations.allParked(),
    };
  }

  @Post('jobs/:module/redrive')
  @SafeToRepeat('only what is parked is tried again, and what the first request has tried again is not')
  @HttpCode(200)
  async redriveJobs(
    @Param() { module }: ModulePath,
    @Body() { type, idempotencyKey }: RedriveJobsRequest,
  ): Promise<{ redriven: number }> {
    const job = type !== undefined && idempotencyKey !== undefined ? { type, idempotencyKey } : undefined;
    return { redriven: await this.jobOperations.redrive(module, job) };
  }

  /** Deadlines of processes that failed and are tried again, with their errors. */
  @Get('failed-deadlines')
  async failedDeadlines(): Promise<{ items: FailedDeadline[] }> {
    return { items: await this.sagas.failedDeadlines() };
  }

  @Get('messages/totals')
  totals(): ReturnType<SubscriptionOperations['totals']> {
    return this.operations.totals();
  }

  @Get('pending-work')
  pendingWork(): Promise<PendingWork> {
    return this.quiescence.measure();
  }
}
