import type { Type } from '@nestjs/common';
import { JobRegistry } from '../../jobs/job-registry';
import { type Answering, Handlers } from '../../messaging/handlers';
import { ConsumerRegistry } from '../../messaging/subscriptions/consumer-registry';
import { SagaRegistry } from '../../saga/saga-registry';
import { unstarted } from './unstarted';

export interface AnswerRoute {
  name: string;
  version: number;
  module: string;
  handledBy: string;
}

export interface CommandRoute extends AnswerRoute {
  /** The sagas that send it as a durable command; others execute it in their own process. */
  sentBy: string[];
}

export interface SubscriptionRoute {
  name: string;
  module: string;
  handledBy: string;
  /** The modules whose logs it reads. */
  logs: string[];
  messages: string[];
  laneGroups: number;
  maxAttempts: number;
}

export interface SagaRoute {
  name: string;
  module: string;
  ownedBy: string;
  startsWith: string;
  steps: string[];
}

export interface JobRoute {
  type: string;
  module: string;
  maxAttempts: number;
}

/** What of the application answers or reacts to what. */
export interface Topology {
  commands: CommandRoute[];
  queries: AnswerRoute[];
  subscriptions: SubscriptionRoute[];
  sagas: SagaRoute[];
  jobs: JobRoute[];
}

/** Asks the registries that the running application works with. Throws, as its start would, where the wiring is wrong. */
export async function topologyOf(root: Type): Promise<Topology> {
  const app = await unstarted(root);
  const handlers = app.get(Handlers);
  const sagas = app.get(SagaRegistry).all;
  const jobs = app.get(JobRegistry, { strict: false }).byModule();
  return {
    commands: handlers.commands.map((answering) => ({
      ...routeOf(answering),
      sentBy: sagas.flatMap(({ definition, commands }) =>
        commands.some(({ name }) => name === answering.contract.name) ? definition.name : [],
      ),
    })),
    queries: handlers.queries.map(routeOf),
    subscriptions: app.get(ConsumerRegistry).all.map(({ definition, module, handledBy, contracts, logs }) => ({
      name: definition.name,
      module,
      handledBy,
      logs: [...logs],
      messages: [...contracts.keys()],
      laneGroups: definition.laneGroups,
      maxAttempts: definition.maxAttempts,
    })),
    sagas: sagas.map(({ definition, module, className, events }) => ({
      name: definition.name,
      module,
      ownedBy: className,
      startsWith: events[0].name,
      steps: definition.steps.map(({ name }) => name),
    })),
    jobs: [...jobs].flatMap(([module, registered]) =>
      registered.map(({ definition }) => ({ type: definition.type, module, maxAttempts: definition.maxAttempts })),
    ),
  };
}

const routeOf = ({ contract, module, className }: Answering): AnswerRoute => ({
  name: contract.name,
  version: contract.version,
  module,
  handledBy: className,
});
