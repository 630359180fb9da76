import { UnitOfWork } from '../../../src/platform/unit-of-work/unit-of-work';
import type { RecordedMessage } from '../../../src/platform/domain/aggregate';
import type { BenchMessage } from '../../harness/message';
import { UPDATE } from '../business-table';
import type { Contestant, Publisher } from '../contestant';
import { numberFrom } from '../pool';
import { type BenchApplication, prepareModule, startApplication } from './application';
import { BATCH, consumingModule, LANE_GROUPS, MODULE, PublishingModule } from './bench-module';
import { Published } from './published.event';

/** Connections of an application that consumes, and may publish beside it. */
const POOL = LANE_GROUPS + 6;

/** What an aggregate hands out that recorded the messages. */
const recorded = (messages: readonly BenchMessage[]): { takeRecorded(): RecordedMessage[] } => ({
  takeRecorded: () =>
    messages.map(({ number, key, sequence, filler }) => ({
      message: new Published({ number, key, sequence, filler }),
      aggregateType: 'account',
      aggregateId: String(key),
      keyVersion: sequence,
    })),
});

/** Publishes as a module of the application does. */
function publisherIn({ context }: BenchApplication): Omit<Publisher, 'close'> {
  const work = context.get(UnitOfWork);
  return {
    publishWithUpdate: (message) =>
      work.run(MODULE, async () => {
        await work.manager.query(UPDATE.text, [message.key]);
        work.publish(recorded([message]));
      }),
    publishMany: (messages) => work.run(MODULE, async () => work.publish(recorded(messages))),
  };
}

async function openPublisher(url: string, { connections }: { connections: number }): Promise<Publisher> {
  const application = await startApplication(url, PublishingModule, connections);
  return { ...publisherIn(application), close: () => application.stop() };
}

/** Seamline's public programming model: a bounded context, a unit of work, a subscription. */
export const seamline: Contestant = {
  name: 'seamline',
  settings: {
    publish: 'UnitOfWork.run and publish',
    drain: `batchSize ${BATCH}, laneGroups ${LANE_GROUPS}`,
    'one by one': 'batchSize 1',
    order: 'always kept',
    effect: 'the update in the unit of work of the handler',
    latency: 'the defaults, publisher and consumer in one application',
  },
  offers: new Set(['ordered', 'batch', 'message', 'prompt']),
  prepare: prepareModule,

  openPublisher,
  async consume(url, options) {
    const application = await startApplication(url, consumingModule(options, 'each'), POOL);
    return {
      publisher: { ...publisherIn(application), close: async () => undefined },
      stop: () => application.stop(),
    };
  },
  stored: (url) => numberFrom(url, 'select count(*) from bench.outbox'),
};

/** The same with handlers that leave their writes to the end of the batch. */
export const seamlineDeferring: Contestant = {
  ...seamline,
  name: 'seamline, writes deferred',
  settings: { effect: 'UnitOfWork.defer: one statement for all messages of a batch' },
  offers: new Set(['batch']),
  consume: (url, options) => startApplication(url, consumingModule(options, 'deferred'), POOL),
};

/**
 * Publisher and consumer in applications of their own, as in two processes: they tell one another through the
 * database.
 */
export const seamlineApart: Contestant = {
  ...seamline,
  name: 'seamline, two applications',
  settings: { latency: 'the defaults, publisher and consumer in applications of their own' },
  offers: new Set(['prompt']),
  consume: (url, options) => startApplication(url, consumingModule(options, 'each'), POOL),
};
