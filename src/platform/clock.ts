import { Injectable } from '@nestjs/common';

/** The time that business rules and deadlines see. Tests replace it with one that they move. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
