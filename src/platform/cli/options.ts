import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * Makes the error of a command that was written wrongly: of what is wrong, what to write instead is added.
 */
type Wrong = (message: string) => Error;

/** What Node puts in the place of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * Reads the arguments of a command line; `config` is that of `parseArgs` of `node:util`. Throws what `wrong`
 * makes of a message where an option does not exist or lacks its value, and where an argument is no text.
 */
export function readOptions<Config extends ParseArgsConfig>(
  config: Config,
  wrong: Wrong,
): ReturnType<typeof parseArgs<Config>> {
  const broken = (config.args ?? process.argv.slice(2)).find((argument) => argument.includes(REPLACEMENT));
  if (broken !== undefined)
    throw wrong(`"${broken}" holds bytes that are no UTF-8, so it names nothing that there is.`);
  try {
    return parseArgs(config);
  } catch (error) {
    throw wrong(messageOf(error as NodeJS.ErrnoException));
  }
}

/** Without Node's advice on text that begins with a dash, which no command of ours takes. */
const messageOf = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? message.replace(/(\. To specify .*)?$/s, '.') : message;

/** The whole number that an option was given, if it was. `such` is an example of one. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  { min, max, such }: { min: number; max: number; such: number },
  wrong: Wrong,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw wrong(`--${option} ${text}: give a whole number from ${min} to ${max}, such as --${option} ${such}.`);
}
