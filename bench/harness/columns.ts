import type { Column } from './outcome';

export const RATE: Column = { key: 'rate', title: 'messages', unit: '/s', show: 'median' };
export const WAL: Column = { key: 'walBytes', title: 'WAL per message', unit: 'B', show: 'median' };
/** What should be 0, measured and not assumed. */
export const FAULTS: readonly Column[] = [
  { key: 'lost', title: 'lost', show: 'worst' },
  { key: 'doubled', title: 'doubled', show: 'worst' },
  { key: 'outOfOrder', title: 'out of order', show: 'worst' },
];
