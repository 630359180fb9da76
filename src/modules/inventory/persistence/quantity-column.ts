import type { EntitySchemaColumnOptions } from 'typeorm';

/** A bigint column of units. The driver hands bigint out as text; quantities stay within safe integers. */
export const quantityColumn: EntitySchemaColumnOptions = {
  type: 'bigint',
  transformer: { to: (units: number) => units, from: Number },
};
