import { createHash, hash } from 'node:crypto';
import type { WireMessage } from './log-record';
import type { ModuleKeys } from './module-keys';

/** Where a record's signature stands. Every other attribute is covered by it. */
export const SIGNATURE = 'ce-signature';
const PURPOSE = 'log';
/**
 * A signature costs as much as a hundred hashes, so records share one: at most so many, which costs each of
 * them five hashes more.
 */
const MOST_TOGETHER = 32;
/** Signatures that were found good are remembered: the other records that share one come with it. */
const REMEMBERED = 256;
const HASH_BYTES = 32;
const NOTHING = Buffer.alloc(HASH_BYTES);

/**
 * Signs records of a module's log, as they go to the broker. Each one can be checked by itself: a signature
 * covers the root of a tree of hashes, and a record carries its way to the root.
 */
export function signRecords(
  keys: ModuleKeys,
  module: string,
  records: readonly Required<WireMessage>[],
): void {
  for (let from = 0; from < records.length; from += MOST_TOGETHER)
    signTogether(keys, module, records.slice(from, from + MOST_TOGETHER));
}

function signTogether(keys: ModuleKeys, module: string, records: readonly Required<WireMessage>[]): void {
  const levels = [records.map(leafOf)];
  for (let level = levels[0]; level.length > 1; levels.push(level)) level = parentsOf(level);
  const [root] = levels[levels.length - 1];
  const signature = keys.sign(module, PURPOSE, root).toString('base64url');
  records.forEach(({ headers }, index) => {
    const way = levels.slice(0, -1).map((level, height) => level[(index >> height) ^ 1] ?? NOTHING);
    headers.set(SIGNATURE, `${index}.${Buffer.concat(way).toString('base64url')}.${signature}`);
  });
}

/** Checks the signatures of records; keep one for as long as records come. */
export class RecordVerifier {
  private readonly good = new Set<string>();

  constructor(private readonly keys: ModuleKeys) {}

  /**
   * Whether the relay of the module has written this record, as it is and for the subject that it is stored
   * under. Does not throw.
   */
  accepts(module: string, record: WireMessage): boolean {
    const [, index, way, signature] = FORM.exec(record.headers?.get(SIGNATURE) ?? '') ?? [];
    if (signature === undefined) return false;
    const steps = Buffer.from(way, 'base64url');
    if (steps.length % HASH_BYTES !== 0) return false;
    let node = leafOf(record);
    for (let at = 0, place = Number(index); at < steps.length; at += HASH_BYTES, place >>= 1) {
      const other = steps.subarray(at, at + HASH_BYTES);
      node = place & 1 ? parentOf(other, node) : parentOf(node, other);
    }
    return this.isGood(module, node, signature);
  }

  private isGood(module: string, root: Buffer, signature: string): boolean {
    const name = `${module} ${root.toString('base64url')} ${signature}`;
    if (this.good.has(name)) return true;
    if (!this.keys.verifies(module, PURPOSE, root, Buffer.from(signature, 'base64url'))) return false;
    if (this.good.size >= REMEMBERED) this.good.clear();
    this.good.add(name);
    return true;
  }
}

/** The index is below `MOST_TOGETHER`, and the way to the root no longer than its tree is high. */
const FORM = /^([12]?\d|3[01])\.([\w-]{0,215})\.([\w-]{86})$/;

/**
 * Subject, attributes in their order, and data: lines cannot be mistaken for one another, because no header
 * holds the end of one.
 */
function leafOf({ subject, data, headers }: WireMessage): Buffer {
  let text = `${subject}\n`;
  for (const [name, values] of headers ?? []) {
    if (name.startsWith('ce-') && name !== SIGNATURE)
      for (const value of values) text += `${name}:${value}\n`;
  }
  return createHash('sha256').update('\0').update(text).update('\n').update(data).digest();
}

const parentOf = (left: Buffer, right: Buffer): Buffer =>
  hash('sha256', Buffer.concat([ONE, left, right]), 'buffer');
const ONE = Buffer.from([1]);

const parentsOf = (level: readonly Buffer[]): Buffer[] =>
  Array.from({ length: Math.ceil(level.length / 2) }, (_, index) =>
    parentOf(level[2 * index], level[2 * index + 1] ?? NOTHING),
  );
