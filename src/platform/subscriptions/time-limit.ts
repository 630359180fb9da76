import { HandlerTimeout } from './failure';

/** How long a handler may take, begun anew for each message. One timer serves a whole batch. */
export class TimeLimit {
  private exceed: (error: Error) => void = () => undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(subscription: string, milliseconds: number) {
    this.timer = setTimeout(() => this.exceed(new HandlerTimeout(subscription, milliseconds)), milliseconds);
  }

  /** Settles as `handling` does, or fails when its time is up. Later results are ignored. */
  within(handling: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.exceed = reject;
      this.timer.refresh();
      handling.then(resolve, reject);
    });
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
