import { table } from '../cli/table';
import type { Flow, Readiness } from './readiness';

const KILOBYTE = 1_024;

/** The facts about a module for people. */
export function readinessPage({ module, waitsFor, isWaitedForBy, reads, isReadBy, perProcess, contracts, tables }: Readiness): string[] {
  return [
    module,
    ...fact(
      'waits for the answers of others',
      waitsFor.map((call) => `${call.name} v${call.version}`),
    ),
    ...fact(
      'others wait for its answers',
      isWaitedForBy.map((call) => `${call.name} v${call.version}, asked by ${call.module}`),
    ),
    ...fact('reads the logs of others', reads.map(flowOf)),
    ...fact('others read its log', isReadBy.map(flowOf)),
    ...fact(
      'messages per process that goes well',
      perProcess.map(({ saga, commands, answers }) => `${saga}: ${commands} commands, ${answers} answers`),
    ),
    ...fact('contracts that would cross', [contracts.map(({ name, version }) => `${name} v${version}`).join(', ')].filter(Boolean)),
    ...(tables
      ? [
          '  tables',
          ...table(
            ['TABLE', 'ROWS, ABOUT', 'KB'],
            tables.map(({ name, rows, bytes }) => [name, rows, Math.ceil(bytes / KILOBYTE)]),
          ).map((line) => `    ${line}`),
        ]
      : []),
    '',
  ];
}

const fact = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [`  ${heading}: none`] : [`  ${heading}`, ...lines.map((line) => `    ${line}`)];

const flowOf = ({ subscription, module, messages }: Flow): string => `${module}, ${subscription}: ${messages.join(', ')}`;
