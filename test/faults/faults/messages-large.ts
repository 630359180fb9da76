import { randomUUID } from 'node:crypto';
import type { Fault } from '../fault';
import { someMoment } from './some-moment';

const MESSAGES = 240;
const KILOBYTES = 400;
/** Less than the messages take together. */
const HEAP_MB = 144;
/** The place of the one that hosts shipping alone. */
const SHIPPING = 1;

/** No handler takes them, and every reader has to get past them. The text does not compress. */
const APPEND = `
  with text as (select string_agg(md5(part::text || $1), '') as text from generate_series(1, ${KILOBYTES * 32}) part)
  insert into orders.outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
  select h.generation, gen_random_uuid(), 'event', 'ballast', $1 || '-' || n, 'orders.ballast-loaded', 1, jsonb_build_object('text', n::text || t.text),
         jsonb_build_object('correlationId', gen_random_uuid()), n % 256, 1
  from orders.log_head h, text t, generate_series(1, ${MESSAGES}) n`;

/**
 * A process that was away comes back to a log with more bytes in it than it may hold, or ask for, at a time.
 */
export const messagesLarge: Fault = {
  name: 'messages-large',
  sentence: `the process that hosts shipping is away while ${MESSAGES} messages of ${KILOBYTES} kB are published, and comes back to them; no process has memory for all of them`,
  alike: true,
  trialsPerStage: 2,
  host: { settings: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` } },
  async inject({ stage, random }) {
    await someMoment(random);
    await stage.hosts[SHIPPING].kill();
    await stage.askIn('orders', APPEND, [randomUUID()]);
    stage.hosts[SHIPPING].launch();
    return performance.now();
  },
};
