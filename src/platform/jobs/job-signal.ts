import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/**
 * Signals the job runner of this process that a module has enqueued a job. A hint: the runner's poll is the
 * guarantee.
 */
@Injectable()
export class JobSignal {
  private readonly emitter = new EventEmitter();

  raise(module: string, delayMs: number): void {
    this.emitter.emit(module, delayMs);
  }

  /** Calls `listener` with the milliseconds until the new job is due; returns the way to stop it. */
  listen(module: string, listener: (delayMs: number) => void): () => void {
    this.emitter.on(module, listener);
    return () => this.emitter.off(module, listener);
  }
}
