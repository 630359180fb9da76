import { Injectable, Optional } from '@nestjs/common';
import { DatabaseClocks } from '../database/database-clocks';
import { UnitOfWork } from './unit-of-work';

/**
 * The time that business rules and deadlines see: that of the database of the module whose handler runs, so
 * that all processes agree on it whatever their own clocks say. Outside of a handler, and of the application,
 * it is this process's. Tests move it.
 */
@Injectable()
export class Clock {
  constructor(
    @Optional() private readonly work?: UnitOfWork,
    @Optional() private readonly databases?: DatabaseClocks,
  ) {}

  now(): Date {
    return new Date((this.databases?.now(this.work?.runningModule) ?? Date.now()) + this.aheadMs);
  }

  /** How far a test has moved it, in milliseconds; statements add it to `clock_timestamp()`. */
  get aheadMs(): number {
    return 0;
  }
}
