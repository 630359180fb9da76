/*
 * Where NestJS keeps what its decorators declare. Exported by its packages, and no part of what it documents.
 * The versions it was seen in are pinned by test/architecture/private-interfaces.unit.spec.ts.
 */
export {
  CONTROLLER_WATERMARK,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants';
export { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';

/**
 * The classes that a command or query handler answers, and the events of an event handler, as `@nestjs/cqrs`
 * keeps them.
 */
export const HANDLER_METADATA = {
  command: '__commandHandler__',
  query: '__queryHandler__',
  event: '__eventsHandler__',
} as const;

/** The name by which the buses of `@nestjs/cqrs` find the handler of a message. */
export const MESSAGE_METADATA = { command: '__command__', query: '__query__' } as const;
