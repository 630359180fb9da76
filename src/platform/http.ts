/** What the controllers of a module and their requests and views are made of. */
export { answerHeaders } from './http/answer-headers';
export { CurrencyRequest } from './http/currency.request';
export { Draining } from './http/draining';
export { EventStreams } from './http/event-streams';
export { Idempotency, IdempotencyContext } from './http/idempotency';
export { IfMatch, setETag } from './http/if-match';
export { Keyset } from './http/keyset';
export { IsOptionalReference, LabelsRequest } from './http/labels.request';
export { LabelsView } from './http/labels.view';
export { MoneyRequest } from './http/money.request';
export { MoneyView } from './http/money.view';
export { PageView } from './http/page.view';
export { type Page, PageRequest } from './http/paging';
export { PreferWait } from './http/prefer-wait';
export { SafeToRepeat } from './http/safe-to-repeat';
export { Trimmed } from './http/trimmed';
