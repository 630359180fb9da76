/**
 * What a module is built of: its declaration, its use cases and what they change, reactions, jobs and sagas.
 */
export type { ModuleEnv } from './config/module-settings';
export { BoundedContext } from './hosting/bounded-context';
export { type DurableJob, type JobAttempt, JobHandler } from './jobs/job-handler';
export { Jobs } from './jobs/jobs';
export type { Envelope } from './messages/envelope';
export type { Prefetching } from './messages/handlers';
export { type Reacts, Subscription } from './messages/subscription';
export { defineSaga } from './sagas/saga-definition';
export type { SagaInstance } from './sagas/saga-machine';
export { Saga, type SagaOwner } from './sagas/saga-registry';
export { Sagas } from './sagas/sagas';
export { AggregateRepository } from './unit-of-work/aggregate-repository';
export { Clock } from './unit-of-work/clock';
export { type BatchWriter, UnitOfWork } from './unit-of-work/unit-of-work';
