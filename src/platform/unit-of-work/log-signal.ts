import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

const OWN = Symbol('own');

/** Signals the readers of this process that a module's log has grown. A hint: the poll is the guarantee. */
@Injectable()
export class LogSignal {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  /** After a commit of this process that published. */
  raise(module: string): void {
    this.emitter.emit(module);
    this.emitter.emit(OWN, module);
  }

  /** After another process has said so. */
  pass(module: string): void {
    this.emitter.emit(module);
  }

  /** Calls `listener` whenever the log may have grown; returns the way to stop it. */
  listen(module: string, listener: () => void): () => void {
    this.emitter.on(module, listener);
    return () => this.emitter.off(module, listener);
  }

  /** Calls `listener` with the module after each commit of this process that published. */
  listenToOwn(listener: (module: string) => void): () => void {
    this.emitter.on(OWN, listener);
    return () => this.emitter.off(OWN, listener);
  }
}
