import type { ParseArgsOptionsConfig } from 'node:util';
import { type Command, type Given, WrongUse } from './command';
import { readOptions } from './options';

type AnyCommand = Pick<Command<never>, 'name' | 'summary' | 'parameters' | 'options'>;

/** Reads the arguments behind a command's name; throws `WrongUse` with the command's usage. */
export function readArguments(script: string, command: AnyCommand, argv: readonly string[]): Given {
  const { values, positionals } = parse(script, command, argv);
  const parameters = command.parameters ?? [];
  const missing = parameters[positionals.length];
  if (missing && !missing.optional)
    throw new WrongUse(`${command.name} wants a <${missing.name}>.\n\n${usageOf(script, command)}`);
  if (positionals.length > parameters.length) {
    throw new WrongUse(
      `${command.name} does not know what to do with "${positionals[parameters.length]}".\n\n${usageOf(script, command)}`,
    );
  }
  for (const [option, value] of Object.entries(values)) {
    if (value === '') throw new WrongUse(`--${option} wants a value.\n\n${usageOf(script, command)}`);
  }
  const value = (option: string): string | undefined => {
    const given = values[option];
    return typeof given === 'string' ? given : undefined;
  };
  return { parameters: positionals, flag: (option) => values[option] === true, value };
}

function parse(script: string, command: AnyCommand, argv: readonly string[]) {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(command.options ?? {}).map(([name, { value }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string' },
    ]),
  );
  return readOptions(
    { args: [...argv], options, allowPositionals: true, strict: true },
    (message) => new WrongUse(`${message}\n\n${usageOf(script, command)}`),
  );
}

/** How to write a command, with its options. */
export function usageOf(script: string, command: AnyCommand): string {
  const options = Object.entries(command.options ?? {}).map(([name, { value, summary }]) => [
    `--${name}${value ? ` ${value}` : ''}`,
    summary,
  ]);
  const width = Math.max(...options.map(([option]) => option.length), 0);
  return [
    `  npm run ${script} -- ${synopsisOf(command)}`,
    '',
    `  ${command.summary}`,
    ...(options.length > 0
      ? ['', ...options.map(([option, summary]) => `  ${option.padEnd(width)}  ${summary}`)]
      : []),
  ].join('\n');
}

/** The command on one line. */
export function synopsisOf({ name, parameters = [], options = {} }: AnyCommand): string {
  return [
    name,
    ...parameters.map((parameter) => (parameter.optional ? `[${parameter.name}]` : `<${parameter.name}>`)),
    ...Object.entries(options).map(([option, { value }]) => `[--${option}${value ? ` ${value}` : ''}]`),
  ].join(' ');
}
