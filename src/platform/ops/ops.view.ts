import { ApiProperty } from '@nestjs/swagger';
import type { Standby } from '../config/standby';
import type { FailingJob, JobCount, ParkedJob } from '../jobs/job-operations';
import type { FailedDeadline } from '../sagas/saga-operations';
import type { DeferredMessageView, SubscriptionStatus } from '../subscriptions/subscription-operations';
import type { PendingWork } from './quiescence';

/** What the operator's API shows, as its OpenAPI document describes it. */

const TIME = { type: String, format: 'date-time' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;

class StandbyView implements Standby {
  @ApiProperty()
  readonly module!: string;

  @ApiProperty({ description: 'For people.' })
  readonly where!: string;
}

export class HostingView {
  @ApiProperty({ type: [String], description: 'The modules that this process runs.' })
  readonly hosted!: readonly string[];

  @ApiProperty({ type: [String] })
  readonly elsewhere!: readonly string[];

  @ApiProperty({ type: [StandbyView], description: 'Taken up as soon as they come.' })
  readonly standsBy!: readonly Standby[];
}

class PositionView {
  @ApiProperty({ type: 'integer' })
  readonly generation!: number;

  @ApiProperty({ pattern: '^[0-9]+$' })
  readonly tick!: string;

  @ApiProperty({ pattern: '^[0-9]+$' })
  readonly seq!: string;
}

class StalledView {
  @ApiProperty(TIME)
  readonly since!: Date;

  @ApiProperty()
  readonly error!: string;
}

class SubscriptionView implements SubscriptionStatus {
  @ApiProperty({ example: 'shipping.keep-address-book' })
  readonly subscription!: string;

  @ApiProperty({ description: 'The module whose log it reads.' })
  readonly log!: string;

  @ApiProperty({ type: 'integer' })
  readonly laneGroup!: number;

  @ApiProperty()
  readonly position!: PositionView;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Messages after the position; null where the owner of the log cannot be asked.',
  })
  readonly lag!: number | null;

  @ApiProperty(COUNT)
  readonly retrying!: number;

  @ApiProperty(COUNT)
  readonly parked!: number;

  @ApiProperty(COUNT)
  readonly queued!: number;

  @ApiProperty()
  readonly paused!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'The process that works on it.' })
  readonly owner!: string | null;

  @ApiProperty({
    type: StalledView,
    nullable: true,
    description: 'Since when it does not go on, and why; null while it does.',
  })
  readonly stalled!: StalledView | null;
}

export class SubscriptionsView {
  @ApiProperty({ type: [SubscriptionView], description: 'One for each lane group of each subscription.' })
  readonly items!: SubscriptionStatus[];
}

class DeferredView implements DeferredMessageView {
  @ApiProperty()
  readonly subscription!: string;

  @ApiProperty()
  readonly log!: string;

  @ApiProperty()
  readonly key!: string;

  @ApiProperty({ enum: ['retrying', 'parked', 'queued'] })
  readonly state!: string;

  @ApiProperty({ ...COUNT, description: "Failures that count as the handler's." })
  readonly attempts!: number;

  @ApiProperty({ ...COUNT, description: 'Those that do not.' })
  readonly transientFailures!: number;

  @ApiProperty({ ...TIME, nullable: true })
  readonly failingSince!: Date | null;

  @ApiProperty({ ...TIME, nullable: true })
  readonly retryAt!: Date | null;

  @ApiProperty({ type: String, nullable: true })
  readonly error!: string | null;

  @ApiProperty({ description: 'Shown by `messages/{messageId}`.' })
  readonly messageId!: string;

  @ApiProperty({ example: 'orders.order-placed' })
  readonly type!: string;
}

export class DeferredMessagesView {
  @ApiProperty({ type: [DeferredView], description: 'At most 500 for each module.' })
  readonly items!: DeferredMessageView[];
}

class JobCountView implements JobCount {
  @ApiProperty()
  readonly module!: string;

  @ApiProperty()
  readonly type!: string;

  @ApiProperty({ ...COUNT, description: 'Due, running, or waiting for the next attempt.' })
  readonly open!: number;

  @ApiProperty({ ...COUNT, description: 'Never tried, because their time has not come.' })
  readonly scheduled!: number;

  @ApiProperty(COUNT)
  readonly parked!: number;
}

class JobView {
  @ApiProperty()
  readonly module!: string;

  @ApiProperty()
  readonly type!: string;

  @ApiProperty()
  readonly idempotencyKey!: string;

  @ApiProperty({ ...COUNT, description: "Failures that count as the handler's." })
  readonly failures!: number;

  @ApiProperty()
  readonly error!: string;
}

class FailingJobView extends JobView implements FailingJob {
  @ApiProperty({ ...COUNT, description: 'Failures that do not count.' })
  readonly transientFailures!: number;

  @ApiProperty(TIME)
  readonly failingSince!: Date;

  @ApiProperty(TIME)
  readonly runAt!: Date;
}

class ParkedJobView extends JobView implements ParkedJob {
  @ApiProperty(TIME)
  readonly parkedAt!: Date;
}

export class JobsView {
  @ApiProperty({ type: [JobCountView], description: 'By module and type; types without any are left out.' })
  readonly items!: JobCount[];

  @ApiProperty({ type: [FailingJobView], description: 'Those that failed and are tried again.' })
  readonly failing!: FailingJob[];

  @ApiProperty({ type: [ParkedJobView] })
  readonly parked!: ParkedJob[];
}

class FailedDeadlineView implements FailedDeadline {
  @ApiProperty()
  readonly module!: string;

  @ApiProperty({ example: 'orders.fulfilment' })
  readonly saga!: string;

  @ApiProperty()
  readonly id!: string;

  @ApiProperty({ description: 'Where the process stands.' })
  readonly state!: string;

  @ApiProperty(TIME)
  readonly deadlineAt!: Date;

  @ApiProperty(COUNT)
  readonly failures!: number;

  @ApiProperty(TIME)
  readonly failingSince!: Date;

  @ApiProperty(TIME)
  readonly retryAt!: Date;

  @ApiProperty()
  readonly error!: string;
}

export class FailedDeadlinesView {
  @ApiProperty({ type: [FailedDeadlineView] })
  readonly items!: FailedDeadline[];
}

export class MessageTotalsView {
  @ApiProperty(COUNT)
  readonly published!: number;

  @ApiProperty({ ...COUNT, description: 'Set aside until they are redriven.' })
  readonly parked!: number;

  @ApiProperty({ ...COUNT, description: 'Deferred: tried again, or behind one that is or that is parked.' })
  readonly waiting!: number;
}

export class PendingWorkView implements PendingWork {
  @ApiProperty({ description: 'Nothing is left to happen by itself.' })
  readonly quiescent!: boolean;

  @ApiProperty({ ...COUNT, description: 'Messages that subscriptions have not reached yet.' })
  readonly lag!: number;

  @ApiProperty({ ...COUNT, description: 'Messages that are tried again, or wait behind one that is.' })
  readonly retrying!: number;

  @ApiProperty(COUNT)
  readonly runningProcesses!: number;

  @ApiProperty(COUNT)
  readonly openJobs!: number;

  @ApiProperty({ ...COUNT, description: 'Logs of which it is unknown how far their readers are behind.' })
  readonly unreachableLogs!: number;
}

export class RedrivenView {
  @ApiProperty({ ...COUNT, description: 'How many were parked and are tried again.' })
  readonly redriven!: number;
}
