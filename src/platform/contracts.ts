/** What messages and the fields of requests are declared with. It loads neither a database nor HTTP. */
export { CommandContract, EventContract, QueryContract } from './messages/contract';
export { CommandMessage, EventMessage, QueryMessage } from './messages/message';
export { Upcaster } from './messages/upcaster';
export { AnswerWhenUnreachable } from './messages/unreachable-answer';
export { instantOf, IsInstant, IsLaterThan } from './messages/validation/instant';
export { IsCurrency } from './messages/validation/is-currency';
export { IsVisibleText } from './messages/validation/is-visible-text';
export { CanonicalUuid, canonicalUuid } from './messages/validation/uuid';
