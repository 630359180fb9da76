/** What domain models are made of. Plain: it loads neither a framework nor a database. */
export { Aggregate } from './domain/aggregate';
export { CURRENCIES, DEFAULT_CURRENCY, decimalsOf, isCurrency } from './domain/currency';
export { type Labels, type Metadata, NO_LABELS } from './domain/labels';
export { Money, add, exactly, inWords, isExact, multiply, subtract } from './domain/money';
export { Refusal, type RefusalReason } from './domain/refusal';
