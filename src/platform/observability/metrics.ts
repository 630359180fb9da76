import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * The process's metrics by name, in Prometheus's conventions (`seamline_subscription_lag`, unit last,
 * `_total` for counters). Asking again for a name gives the same metric. Labels must have few values: never
 * an id.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return this.metric(
      name,
      Counter<L>,
      () => new Counter({ name, help, labelNames, registers: [this.registry] }),
    );
  }

  gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return this.metric(
      name,
      Gauge<L>,
      () => new Gauge({ name, help, labelNames, registers: [this.registry] }),
    );
  }

  /** `buckets` are upper bounds, by default from 5 ms to 10 s, in seconds. */
  histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets?: readonly number[],
  ): Histogram<L> {
    return this.metric(
      name,
      Histogram<L>,
      () =>
        new Histogram({
          name,
          help,
          labelNames,
          registers: [this.registry],
          ...(buckets && { buckets: [...buckets] }),
        }),
    );
  }

  /** Everything in Prometheus's text format. */
  text(): Promise<string> {
    return Registry.merge([this.registry, ofTheProcess()]).metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private metric<M extends object>(name: string, kind: new (...options: never[]) => M, make: () => M): M {
    const existing: unknown = this.registry.getSingleMetric(name);
    if (existing === undefined) return make();
    if (existing instanceof kind) return existing;
    throw new Error(`The metric "${name}" exists and is of another kind. Give one of the two another name.`);
  }
}

let known: Registry | undefined;

/**
 * Memory, event loop and the like: measured once for a process, however many applications follow one another
 * in it.
 */
function ofTheProcess(): Registry {
  if (!known) collectDefaultMetrics({ register: (known = new Registry()) });
  return known;
}
