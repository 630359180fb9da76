import type { Verdict } from '../harness/outcome';

/** A number as people write it: whole from 100 on, else with what it takes to tell it from its neighbours. */
const number = (value: number): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 });

/** A measured or wanted number with its unit. */
export const withUnit = (value: number, { unit }: Pick<Verdict, 'unit'>): string =>
  `${number(value)} ${unit}`.trim();
