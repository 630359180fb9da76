import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Tells the readers of this process that a module's log has grown. A hint: the poll is the guarantee. */
@Injectable()
export class LogSignal {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  raise(module: string): void {
    this.emitter.emit(module);
  }

  /** Calls `listener` after each commit that published; returns the way to stop it. */
  listen(module: string, listener: () => void): () => void {
    this.emitter.on(module, listener);
    return () => this.emitter.off(module, listener);
  }
}
