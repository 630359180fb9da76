import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { LOG_LEVELS, type LoggingSettings } from '../config/settings';

/** What NestJS says about every route and module at each start; it tells a reader of logs nothing. */
const START_UP_CHATTER = new Set([
  'InstanceLoader',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'NestApplication',
]);

/** One JSON object a line for machines, coloured text for a person at a terminal. */
export class ApplicationLogger extends ConsoleLogger {
  constructor({ level }: LoggingSettings) {
    const logLevels: LogLevel[] = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1);
    super({ json: !process.stdout.isTTY, colors: process.stdout.isTTY, logLevels });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!START_UP_CHATTER.has(String(rest.at(-1)))) super.log(message, ...rest);
  }
}
