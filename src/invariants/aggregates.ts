import type { Type } from '@nestjs/common';
import { boundedContextsOf, topologyOf } from '../platform/application';
import { Aggregate } from '../platform/domain';

/** Where the rows of one kind of aggregate are. */
export interface AggregateRows {
  module: string;
  table: string;
  /** The column that the key of its messages stands in. */
  key: string;
  /** As its messages carry it. */
  aggregateType: string;
  /** The saga's name, of processes: the module's sagas share a table. */
  saga?: string;
}

/**
 * Every kind of aggregate of an application's modules, and every saga, as entities and definitions declare
 * them.
 */
export function aggregatesOf(root: Type): AggregateRows[] {
  const aggregates = boundedContextsOf(root).flatMap(({ name: module, entities = [] }) =>
    entities.flatMap(({ options: { target, tableName, name, columns } }) => {
      if (typeof target !== 'function' || !(target.prototype instanceof Aggregate)) return [];
      const [property, column] = Object.entries(columns).find(([, options]) => options?.primary) ?? [];
      if (property === undefined)
        throw new Error(`The entity ${name} of the module "${module}" has no primary key.`);
      const { aggregateType } = new (target as new () => { aggregateType: string })();
      return [{ module, table: tableName ?? name, key: column?.name ?? property, aggregateType }];
    }),
  );
  const sagas = topologyOf(root).sagas.map(({ module, definition }) => ({
    module,
    table: 'sagas',
    key: 'id',
    aggregateType: definition.aggregateType,
    saga: definition.name,
  }));
  return [...aggregates, ...sagas];
}
