import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  type OpenAPIObject,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Hosting } from '../hosting/hosting';
import { FRONT_PAGE, type FrontPage, showFrontPage } from '../http/front-page';
import { SafeToRepeat } from '../http/safe-to-repeat';
import { JobOperations } from '../jobs/job-operations';
import { SubscriptionOperations } from '../subscriptions/subscription-operations';
import { SagaOperations } from '../sagas/saga-operations';
import {
  DeferredMessagesView,
  FailedDeadlinesView,
  HostingView,
  JobsView,
  MessageTotalsView,
  PendingWorkView,
  RedrivenView,
  SubscriptionsView,
} from './ops.view';
import { OpsDocument } from './ops-document';
import { Quiescence } from './quiescence';
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
    '/ops/api/messages/totals': 'how many messages there are; messages/{id}: one of them, as a CloudEvent',
    '/ops/api/pending-work': 'what is still going to happen by itself',
    '/ops/api/openapi.json': 'the OpenAPI document of this API',
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
    private readonly document: OpsDocument,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'showOpsPage', summary: 'Says where everything is' })
  @ApiOkResponse({ content: FRONT_PAGE })
  show(@Req() request: Request, @Res() response: Response): void {
    showFrontPage(request, response, PAGE);
  }

  /** Tools that make clients read it; it wants the token as everything here. */
  @Get('openapi.json')
  @ApiOperation({ operationId: 'showOpsDocument', summary: 'The OpenAPI document of this API' })
  @ApiOkResponse({ schema: { type: 'object' } })
  openApi(): OpenAPIObject {
    return this.document.content;
  }

  @Get('hosting')
  @ApiOperation({
    operationId: 'showHosting',
    summary: 'Shows which modules this process runs, and which it takes up when they come',
  })
  @ApiOkResponse({ type: HostingView })
  hostingNow(): HostingView {
    const { hosted, elsewhere, standbys } = this.hosting;
    return { hosted, elsewhere, standsBy: standbys };
  }

  @Get('subscriptions')
  @ApiOperation({
    operationId: 'listSubscriptions',
    summary: 'Lists subscriptions: how far they are, and which process works on them',
  })
  @ApiOkResponse({ type: SubscriptionsView })
  async subscriptions(): Promise<SubscriptionsView> {
    return { items: await this.operations.list() };
  }

  @Get('deferred-messages')
  @ApiOperation({
    operationId: 'listDeferredMessages',
    summary: 'Lists messages that are retried or parked, and those behind them',
  })
  @ApiOkResponse({ type: DeferredMessagesView })
  async deferredMessages(): Promise<DeferredMessagesView> {
    return { items: await this.operations.deferred() };
  }

  @Post('subscriptions/:name/pause')
  @SafeToRepeat('what is paused stays so')
  @ApiOperation({
    operationId: 'pauseSubscription',
    summary: 'Pauses a subscription: its messages wait in the log',
  })
  @ApiNoContentResponse()
  @HttpCode(204)
  pause(@Param() { name }: SubscriptionPath): Promise<void> {
    return this.operations.pause(name);
  }

  @Post('subscriptions/:name/resume')
  @SafeToRepeat('what goes on goes on')
  @ApiOperation({ operationId: 'resumeSubscription', summary: 'Lets a subscription go on' })
  @ApiNoContentResponse()
  @HttpCode(204)
  resume(@Param() { name }: SubscriptionPath): Promise<void> {
    return this.operations.resume(name);
  }

  @Post('subscriptions/:name/redrive')
  @SafeToRepeat('only what is parked is tried again, and what the first request has tried again is not')
  @ApiOperation({
    operationId: 'redriveSubscription',
    summary: "Lets a subscription's parked messages be tried again",
  })
  @ApiBody({ type: RedriveRequest, required: false })
  @ApiOkResponse({ type: RedrivenView })
  @HttpCode(200)
  async redrive(@Param() { name }: SubscriptionPath, @Body() { key }: RedriveRequest): Promise<RedrivenView> {
    return { redriven: await this.operations.redrive(name, key) };
  }

  @Get('jobs')
  @ApiOperation({
    operationId: 'listJobs',
    summary: 'Counts jobs by module and type, and lists the failing and the parked ones with their errors',
  })
  @ApiOkResponse({ type: JobsView })
  async jobs(): Promise<JobsView> {
    const { jobOperations } = this;
    return {
      items: await jobOperations.counts(),
      failing: await jobOperations.failing(),
      parked: await jobOperations.allParked(),
    };
  }

  @Post('jobs/:module/redrive')
  @SafeToRepeat('only what is parked is tried again, and what the first request has tried again is not')
  @ApiOperation({ operationId: 'redriveJobs', summary: 'Lets the parked jobs of a module be tried again' })
  @ApiBody({ type: RedriveJobsRequest, required: false })
  @ApiOkResponse({ type: RedrivenView })
  @HttpCode(200)
  async redriveJobs(
    @Param() { module }: ModulePath,
    @Body() { type, idempotencyKey }: RedriveJobsRequest,
  ): Promise<RedrivenView> {
    const job = type !== undefined && idempotencyKey !== undefined ? { type, idempotencyKey } : undefined;
    return { redriven: await this.jobOperations.redrive(module, job) };
  }

  @Get('failed-deadlines')
  @ApiOperation({
    operationId: 'listFailedDeadlines',
    summary: 'Lists deadlines of processes that failed and are tried again, with their errors',
  })
  @ApiOkResponse({ type: FailedDeadlinesView })
  async failedDeadlines(): Promise<FailedDeadlinesView> {
    return { items: await this.sagas.failedDeadlines() };
  }

  @Get('messages/totals')
  @ApiOperation({ operationId: 'showMessageTotals', summary: 'Shows how many messages there are' })
  @ApiOkResponse({ type: MessageTotalsView })
  totals(): Promise<MessageTotalsView> {
    return this.operations.totals();
  }

  @Get('pending-work')
  @ApiOperation({ operationId: 'showPendingWork', summary: 'Shows what is still going to happen by itself' })
  @ApiOkResponse({ type: PendingWorkView })
  pendingWork(): Promise<PendingWorkView> {
    return this.quiescence.measure();
  }
}
