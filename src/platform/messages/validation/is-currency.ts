import { ValidateBy, type ValidationOptions } from 'class-validator';
import { Currency } from '../../domain/currency';

/**
 * Wants the code of a currency of ISO 4217 that money can be in, in capitals. For requests: published
 * contracts keep their rules.
 */
export const IsCurrency = (options: ValidationOptions = {}): PropertyDecorator =>
  ValidateBy(
    { name: 'isISO4217CurrencyCode', validator: { validate: Currency.isCode } },
    {
      message: '$property must be the code of a current currency of ISO 4217 in capitals, such as GBP',
      ...options,
    },
  );
