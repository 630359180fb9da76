/** What every contestant carries: 1 KB as JSON. */
export interface BenchMessage {
  /** Different for each message of a turn: 0, 1, 2 ... */
  readonly number: number;
  /** The ordering key, and the row that the business update changes. */
  readonly key: number;
  /** 1, 2, 3 ... for each key. */
  readonly sequence: number;
  readonly filler: string;
}

/** Rows of the business table, and ordering keys. */
export const KEYS = 1_000;

const PAYLOAD_BYTES = 1_024;
const SEEDS = 64;

/** Text that does not compress to nothing, the same in every run. */
const FILLERS = Array.from({ length: SEEDS }, (_, seed) => {
  let state = seed * 2_654_435_761 + 12_345;
  let text = '';
  while (text.length < PAYLOAD_BYTES - 60) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, PAYLOAD_BYTES - 60);
});

export const messageOf = (number: number, key: number, sequence: number): BenchMessage => ({
  number,
  key,
  sequence,
  filler: FILLERS[number % SEEDS],
});

/** How the messages of a backlog are spread over the keys. */
export type Spread = 'even' | 'skewed';

const HOT_KEYS = KEYS / 100;
/** Shares no factor with the number of keys, so that stepping by it visits every key. */
const STEP = 7_919;

/**
 * A backlog: each key's messages in order, the keys mixed. Skewed gives every second message to 1 % of the
 * keys.
 */
export function* backlog(count: number, spread: Spread = 'even'): Generator<BenchMessage> {
  const sequences = new Int32Array(KEYS);
  for (let number = 0; number < count; number += 1) {
    const key = spread === 'even' ? (number * STEP) % KEYS : skewedKey(number);
    sequences[key] += 1;
    yield messageOf(number, key, sequences[key]);
  }
}

function skewedKey(number: number): number {
  const pair = number >> 1;
  return number % 2 === 0 ? pair % HOT_KEYS : HOT_KEYS + ((pair * STEP) % (KEYS - HOT_KEYS));
}

/**
 * Cuts messages into transactions of at most `size`. With `distinctKeys` none has two messages of one key:
 * a competitor that orders by the time of the transaction would have no order to keep there.
 */
export function* inTransactions(
  messages: Iterable<BenchMessage>,
  size: number,
  distinctKeys: boolean,
): Generator<BenchMessage[]> {
  let batch: BenchMessage[] = [];
  let keys = new Set<number>();
  for (const message of messages) {
    if (batch.length === size || (distinctKeys && keys.has(message.key))) {
      yield batch;
      batch = [];
      keys = new Set();
    }
    batch.push(message);
    keys.add(message.key);
  }
  if (batch.length > 0) yield batch;
}
