import type { EntitySchemaColumnOptions } from 'typeorm';

/**
 * A bigint column of minor units. The driver hands bigint out as text; contracts keep amounts within safe
 * integers.
 */
export const minorUnits: EntitySchemaColumnOptions = {
  type: 'bigint',
  transformer: { to: (amount: number) => amount, from: Number },
};
