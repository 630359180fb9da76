import type { Envelope, LogPosition } from '../messages/envelope';
import { sizeOf, sizeOfAll } from '../messages/message-size';

/** How many messages are kept in memory, and how many bytes of them: whichever is reached first. */
export interface RecentLimit {
  readonly messages: number;
  readonly bytes: number;
}

/** The last messages of a log, in their order and within limits. */
export class RecentMessages {
  private list: Envelope[] = [];
  private size = 0;

  constructor(private readonly limit: RecentLimit) {}

  get messages(): readonly Envelope[] {
    return this.list;
  }

  get length(): number {
    return this.list.length;
  }

  /** Of the messages that are kept. */
  get bytes(): number {
    return this.size;
  }

  push(...messages: readonly Envelope[]): void {
    for (const message of messages) this.list.push(message);
    this.size += sizeOfAll(messages);
  }

  clear(): void {
    this.list = [];
    this.size = 0;
  }

  /**
   * Once there are twice as many as the limits allow, drops the oldest down to them. Answers the place of the
   * last one that was dropped.
   */
  trim(): LogPosition | undefined {
    const { messages, bytes } = this.limit;
    if (this.list.length <= 2 * messages && this.size <= 2 * bytes) return undefined;
    let count = 0;
    while (count < this.list.length && (this.list.length - count > messages || this.size > bytes))
      this.size -= sizeOf(this.list[count++]);
    const dropped = this.list.splice(0, count);
    return dropped[dropped.length - 1].position;
  }
}
