import { table } from '../table';
import type { Flow, Readiness } from './readiness';
import type { Traffic } from './traffic';

const KILOBYTE = 1_024;
const NOT_KNOWN = '?';

/** The facts about a module for people. */
export function readinessPage({
  module,
  waitsFor,
  isWaitedForBy,
  reads,
  isReadBy,
  perProcess,
  traffic,
  ...facts
}: Readiness): string[] {
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
    ...fact('contracts that would cross', [facts.contracts.map(versioned).join(', ')].filter(Boolean)),
    ...fact('contracts without a published version', facts.unpublished.map(versioned)),
    ...(traffic ? trafficPage(traffic) : []),
    '',
  ];
}

function trafficPage({ since, messages, calls, partners, perProcess, tables, notKnown }: Traffic): string[] {
  return [
    `  since ${since}`,
    ...rows(
      'messages that would cross',
      ['MESSAGE', 'FROM', 'TO', 'MESSAGES'],
      messages.map((one) => [one.name, one.from, one.to, figure(one.messages)]),
    ),
    ...rows(
      'calls that would cross',
      ['CALL', 'FROM', 'OVER', 'CAUSED BY', 'CALLS', 'A MINUTE', 'MEAN MS', '95 OF 100 MS', 'UNANSWERED'],
      calls?.map((call) => [
        call.contract,
        call.from || 'no module',
        call.over,
        call.causedBy,
        call.calls,
        rounded(call.perMinute),
        rounded(call.meanMs),
        call.p95Ms ?? 'more',
        call.unreachable,
      ]),
    ),
    ...rows(
      'with whom',
      ['MODULE', 'MESSAGES', 'CALLS'],
      partners.map((partner) => [partner.module, figure(partner.messages), figure(partner.calls)]),
    ),
    ...rows(
      'for each time that a process began',
      ['PROCESS', 'BEGAN', 'MESSAGES EACH', 'CALLS EACH'],
      perProcess.map(({ saga, started, ...each }) => [
        saga,
        figure(started),
        // None began: there is nothing to divide by.
        ...[each.messages, each.calls].map((one) => (started === 0 ? '' : figure(one))),
      ]),
    ),
    ...rows(
      'copies that it keeps',
      ['TABLE', 'ROWS, ABOUT', 'KB', 'OF'],
      tables?.flatMap(({ name, rows, bytes, copyOf }) =>
        copyOf === null ? [] : [[name, rows, kilobytes(bytes), copyOf]],
      ),
    ),
    ...rows(
      'tables',
      ['TABLE', 'ROWS, ABOUT', 'KB'],
      tables?.map(({ name, rows, bytes }) => [name, rows, kilobytes(bytes)]),
    ),
    ...(notKnown.length > 0 ? fact('not known', notKnown) : []),
  ];
}

const fact = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [`  ${heading}: none`] : [`  ${heading}`, ...lines.map((line) => `    ${line}`)];

/** A table below its heading; without rows, no database could be asked. */
const rows = (
  heading: string,
  columns: readonly string[],
  found: readonly (readonly (string | number)[])[] | undefined,
): string[] =>
  found ? fact(heading, found.length > 0 ? table(columns, found) : []) : [`  ${heading}: not known`];

const flowOf = ({ subscription, module, messages }: Flow): string =>
  `${module}, ${subscription}: ${messages.join(', ')}`;
const versioned = ({ name, version }: { name: string; version: number }): string => `${name} v${version}`;
const figure = (value: number | null): string | number => (value === null ? NOT_KNOWN : rounded(value));
const rounded = (value: number): number => Math.round(value * 100) / 100;
const kilobytes = (bytes: number): number => Math.ceil(bytes / KILOBYTE);
