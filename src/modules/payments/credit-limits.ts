import { Currency } from '../../platform/domain';
import type { ModuleEnv } from '../../platform/index';

const NAME = 'DEFAULT_CREDIT_LIMIT';
const FALLBACK = 150_000;

/**
 * Credit limits by currency, in minor units. One number is meant in the default currency, and counts in every
 * other one as the same number of its major units: `150000` is 1500.00 GBP, 1500.00 EUR, 1500 JPY and
 * 1500.000 KWD. A list such as `GBP:150000,JPY:300000` names the currencies in which there is credit.
 */
export function readCreditLimits(env: ModuleEnv): ReadonlyMap<string, number> {
  const text = env.text(NAME, {
    fallback: String(FALLBACK),
    meaning:
      'of customers for whom none is set: pence, and the same number of major units in every other currency (1500.00 GBP, 1500.00 EUR, 1500 JPY); or minor units for each currency with credit: `GBP:150000,JPY:300000`',
  });
  return text.includes(':') ? readList(env, text) : inEveryCurrency(readNumber(env, text));
}

function readNumber(env: ModuleEnv, text: string): number {
  const limit = /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(limit)) return limit;
  env.problem(
    NAME,
    `must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}. Correct it, or unset it for ${FALLBACK}.`,
  );
  return FALLBACK;
}

function inEveryCurrency(limit: number): ReadonlyMap<string, number> {
  const decimals = (currency: string): number => Currency.decimals(currency) ?? 0;
  const scaled = (currency: string): number => {
    const exact =
      (BigInt(limit) * 10n ** BigInt(decimals(currency))) / 10n ** BigInt(decimals(Currency.default));
    return exact > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(exact);
  };
  return new Map(Currency.codes.map((currency) => [currency, scaled(currency)]));
}

function readList(env: ModuleEnv, text: string): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [, currency, digits] = /^([A-Z]{3}):(\d+)$/.exec(entry) ?? [];
    const limit = Number(digits);
    if (Currency.isCode(currency) && Number.isSafeInteger(limit) && !limits.has(currency))
      limits.set(currency, limit);
    else {
      env.problem(
        NAME,
        `must be one number of minor units, or one for each currency of ISO 4217 in which there is credit, such as GBP:150000,JPY:300000; "${entry}" is neither. ` +
          `Correct it, or unset it for ${FALLBACK}.`,
      );
    }
  }
  return limits;
}
