import { UnitOfWork } from '../../../src/platform/database/unit-of-work';
import type { RecordedMessage } from '../../../src/platform/domain/aggregate';
import type { BenchMessage } from '../../harness/message';
import { UPDATE } from '../business-table';
import type { Contestant } from '../contestant';
import { numberFrom } from '../pool';
import { prepareModule, startApplication } from './application';
import { BATCH, consumingModule, LANE_GROUPS, MODULE, PublishingModule } from './bench-module';
import { Published } from './published.event';

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

/** Seamline's public programming model: a bounded context, a unit of work, a subscription. */
export const seamline: Contestant = {
  name: 'seamline',
  settings: {
    publish: 'UnitOfWork.run and publish',
    drain: `batchSize ${BATCH}, laneGroups ${LANE_GROUPS}`,
    'one by one': 'batchSize 1',
    order: 'always kept',
    effect: 'the update in the unit of work of the handler',
    latency: 'the defaults',
  },
  offers: new Set(['ordered', 'batch', 'message', 'prompt']),
  prepare: prepareModule,

  async openPublisher(url, { connections }) {
    const application = await startApplication(url, PublishingModule, connections);
    const work = application.context.get(UnitOfWork);
    return {
      publishWithUpdate: (message) =>
        work.run(MODULE, async () => {
          await work.manager.query(UPDATE.text, [message.key]);
          work.publish(recorded([message]));
        }),
      publishMany: (messages) => work.run(MODULE, async () => work.publish(recorded(messages))),
      close: () => application.stop(),
    };
  },

  consume: (url, options) => startApplication(url, consumingModule(options, 'each'), LANE_GROUPS + 2),
  stored: (url) => numberFrom(url, 'select count(*) from bench.outbox'),
};

/** The same with handlers that leave their writes to the end of the batch. */
export const seamlineDeferring: Contestant = {
  ...seamline,
  name: 'seamline, writes deferred',
  settings: { effect: 'UnitOfWork.defer: one statement for all messages of a batch' },
  offers: new Set(['batch']),
  consume: (url, options) => startApplication(url, consumingModule(options, 'deferred'), LANE_GROUPS + 2),
};
