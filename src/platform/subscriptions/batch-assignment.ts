import type { Envelope, LogPosition } from '../messages/envelope';
import { LANES } from '../unit-of-work/outbox';
import type { Lease } from './lease';

/**
 * What one transaction works off: some lane groups, and the messages of their lanes in the order of the log.
 */
export interface BatchAssignment {
  leases: Lease[];
  messages: Envelope[];
}

/**
 * Deals lane groups out to at most `transactions` shares, and messages to the shares that their lanes belong
 * to, until one of them has `batchSize`. `end` is the last message dealt out; undefined when that were all.
 * Messages of other lanes are left out.
 */
export function assignBatches(
  messages: readonly Envelope[],
  leases: readonly Lease[],
  transactions: number,
  batchSize: number,
): { shares: BatchAssignment[]; end?: LogPosition } {
  const shares = Array.from({ length: Math.min(transactions, leases.length) }, (): BatchAssignment => ({
    leases: [],
    messages: [],
  }));
  const ofLane = new Array<BatchAssignment | undefined>(LANES).fill(undefined);
  leases.forEach((lease, index) => {
    const share = shares[index % shares.length];
    share.leases.push(lease);
    ofLane.fill(share, lease.firstLane, lease.lastLane + 1);
  });
  let last: Envelope | undefined;
  for (const message of messages) {
    const share = ofLane[message.lane];
    if (!share) continue;
    if (share.messages.length === batchSize) return { shares: worked(shares), end: last?.position };
    share.messages.push(message);
    last = message;
  }
  return { shares: worked(shares) };
}

const worked = (shares: readonly BatchAssignment[]): BatchAssignment[] =>
  shares.filter(({ messages }) => messages.length > 0);
