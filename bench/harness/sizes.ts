import type { Acknowledgement } from '../contestants/contestant';
import type { Bench } from './scenario';

const BACKLOG = 100_000;
const BACKLOG_PER_SECOND = 10_000;

/** Messages in a backlog: less in a quick try. */
export const backlogSize = ({ seconds }: Pick<Bench, 'seconds'>): number =>
  Math.min(BACKLOG, seconds * BACKLOG_PER_SECOND);

/**
 * The longest that a turn of draining lasts: what is left then tells no more. One by one takes long, and
 * shows its rate soon.
 */
export const limitMs = ({ seconds }: Pick<Bench, 'seconds'>, acknowledgement: Acknowledgement): number =>
  seconds * (acknowledgement === 'batch' ? 1_000 : 400);
