import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, UnitOfWork } from '../../../platform/index';
import { ShipmentRepository } from '../persistence/shipment.repository';
import { ShippingSettings } from '../shipping.settings';

const DAY_MS = 24 * 60 * 60_000;
/** One small question, answered by an index. */
const LOOK_MS = 2_000;
const AT_ONCE = 50;
/** A parcel about which a report is just coming in is left for the next look. */
const LOCK_WAIT_MS = 500;
/** Where looking fails, that is said at first and then with every so many looks: once a minute. */
const SAY_EVERY = 30;

/**
 * Gives up parcels of which nothing was heard for too long, by the clock of their database. Several processes
 * may do so at once: the parcel's lock decides, against a report as well. One that fails keeps no other
 * waiting, and is tried again with the next look.
 */
@Injectable()
export class PresumeLost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PresumeLost.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly settings: ShippingSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.look().finally(() => this.schedule());
    }, LOOK_MS).unref();
  }

  /** Never throws: where the database is away, or the module is being moved, the next look comes soon. */
  private async look(): Promise<void> {
    const errors: unknown[] = [];
    const note = (error: unknown): void => void errors.push(error);
    const look = this.work.read('shipping', () => this.shipments.silentSince(this.silentSince, AT_ONCE));
    for (const shipmentId of (await look.catch(note)) ?? [])
      await this.work.run('shipping', () => this.giveUp(shipmentId)).catch(note);
    if (errors.length > 0 && this.failures % SAY_EVERY === 0)
      this.logger.warn(
        `Parcels of which nothing is heard could not be given up and are looked at again: ${String(errors[0])}`,
      );
    this.failures = errors.length > 0 ? this.failures + 1 : 0;
  }

  private async giveUp(shipmentId: string): Promise<void> {
    await this.work.limitLockWait(LOCK_WAIT_MS);
    const shipment = await this.shipments.lock(shipmentId);
    if (shipment?.presumeLost(this.silentSince)) await this.shipments.save(shipment);
  }

  private get silentSince(): Date {
    return new Date(this.clock.now().getTime() - this.settings.presumedLostAfterDays * DAY_MS);
  }
}
