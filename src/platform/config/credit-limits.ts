import { CURRENCIES, DEFAULT_CURRENCY, decimalsOf, isCurrency } from '../domain/currency';
import type { EnvReader } from './env-reader';

/**
 * Credit limits by currency, in minor units. One number is meant in the default currency, and counts in every other one as the same
 * number of its major units: `150000` is 1500.00 GBP, 1500.00 EUR, 1500 JPY and 1500.000 KWD. A list such as `GBP:150000,JPY:300000`
 * names the currencies in which there is credit.
 */
export function readCreditLimits(env: EnvReader, name: string, fallback: number): ReadonlyMap<string, number> {
  if (env.text(name)?.includes(':')) return readList(env, name, fallback);
  return inEveryCurrency(env.integer(name, { min: 0, max: Number.MAX_SAFE_INTEGER, fallback }));
}

function inEveryCurrency(limit: number): ReadonlyMap<string, number> {
  const decimals = (currency: string): number => decimalsOf(currency) ?? 0;
  const scaled = (currency: string): number => {
    const exact = (BigInt(limit) * 10n ** BigInt(decimals(currency))) / 10n ** BigInt(decimals(DEFAULT_CURRENCY));
    return exact > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(exact);
  };
  return new Map(CURRENCIES.map((currency) => [currency, scaled(currency)]));
}

function readList(env: EnvReader, name: string, fallback: number): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const entry of env.names(name) ?? []) {
    const [, currency, digits] = /^([A-Z]{3}):(\d+)$/.exec(entry) ?? [];
    const limit = Number(digits);
    if (isCurrency(currency) && Number.isSafeInteger(limit) && !limits.has(currency)) limits.set(currency, limit);
    else {
      env.problem(
        name,
        `must be one number of minor units, or one for each currency of ISO 4217 in which there is credit, such as GBP:150000,JPY:300000; "${entry}" is neither. ` +
          `Correct it, or unset it for ${fallback}.`,
      );
    }
  }
  return limits;
}
