/** What domain models are made of. Plain: it loads neither a framework nor a database. */
export { Aggregate } from './domain/aggregate';
export { Currency } from './domain/currency';
export { Labels } from './domain/labels';
export { Money } from './domain/money';
export { Refusal, type RefusalReason } from './domain/refusal';
