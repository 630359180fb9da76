import { idsIn } from './recorded-line';
import { beginOf, endOf, type Transaction } from './recording';

/** A subscription's name, alone or in a list. */
const SUBSCRIPTION = /\b[a-z-]+\.[a-z0-9-]+\b/g;
/**
 * An id that more of the transactions send than this is that of a process or a customer, and ties nothing
 * together.
 */
const COMMON = 0.03;

/**
 * For each transaction those that have to be over before it may begin: they had ended in the recording when
 * it began, and sent or got the id of the same order, shipment or message, or move the same subscription on.
 * Without them a replay would run faster, but change rows that are not there yet.
 */
export function dependenciesOf(transactions: readonly Transaction[]): number[][] {
  const sent = transactions.map(keysSent);
  const senders = new Map<string, number>();
  for (const key of sent.flat()) senders.set(key, (senders.get(key) ?? 0) + 1);
  const isCommon = (key: string): boolean =>
    !isSubscription(key) && (senders.get(key) ?? 0) > transactions.length * COMMON;

  const carriers = new Map<string, number[]>();
  const needs: number[][] = [];
  transactions.forEach((transaction, index) => {
    const begin = beginOf(transaction);
    const needed = new Set<number>();
    for (const key of new Set([...sent[index], ...transaction.statements.flatMap(({ ids }) => ids)])) {
      if (isCommon(key)) continue;
      const before = carriers.get(key) ?? [];
      // The first to begin held the subscription's rows, and those that came meanwhile passed them over.
      const over = isSubscription(key)
        ? before
        : before.filter((other) => endOf(transactions[other]) <= begin);
      // What one of them needed itself need not be waited for again, by this one or by a later one.
      const implied = new Set(over.flatMap((other) => needs[other]));
      for (const other of over) if (!implied.has(other)) needed.add(other);
      carriers.set(key, [...before.filter((other) => !implied.has(other)), index]);
    }
    needs.push([...needed]);
  });
  return needs;
}

const isSubscription = (key: string): boolean => key.includes('.');

function keysSent({ statements }: Transaction): string[] {
  const keys = new Set<string>();
  for (const { text: sql, values } of statements) {
    const movesSubscription = sql.includes('subscription_positions');
    for (const value of values ?? []) {
      if (value === null) continue;
      // What was sent in binary form carries its texts as they are.
      const text = value.toString();
      for (const id of idsIn(text)) keys.add(id);
      if (movesSubscription) for (const [name] of text.matchAll(SUBSCRIPTION)) keys.add(name);
    }
  }
  return [...keys];
}
