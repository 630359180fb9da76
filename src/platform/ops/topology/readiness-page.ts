import { table } from '../cli/table';
import type { Flow, Readiness } from './readiness';
import type { Traffic } from './traffic';

const KILOBYTE = 1_024;
const NOT_KNOWN = '?';

/** The facts about a module for people. */
export function readinessPage({ module, waitsFor, isWaitedForBy, reads, isReadBy, perProcess, traffic, ...facts }: Readiness): string[] {
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
  const copies = tables?.flatMap(({ name, rows, bytes, copyOf }) => (copyOf === null ? [] : [[name, rows, kilobytes(bytes), copyOf]]));
  return [
    `  since ${since}`,
    ...fact(
      'messages that would cross',
      columns(
        ['MESSAGE', 'FROM', 'TO', 'MESSAGES'],
        messages.map((one) => [one.name, one.from, one.to, figure(one.messages)]),
      ),
    ),
    ...fact(
      'calls that would cross',
      columns(
        ['CALL', 'FROM', 'OVER', 'CALLS', 'A MINUTE', 'MEAN MS', '95 OF 100 MS', 'UNANSWERED'],
        (calls ?? []).map((call) => [
          ...[call.contract, call.from || 'no module', call.over, call.calls, rounded(call.perMinute), rounded(call.meanMs)],
          ...[call.p95Ms ?? 'more', call.unreachable],
        ]),
      ),
    ),
    ...fact(
      'with whom',
      columns(
        ['MODULE', 'MESSAGES', 'CALLS'],
        partners.map((partner) => [partner.module, figure(partner.messages), figure(partner.calls)]),
      ),
    ),
    ...fact(
      'for each time that a process began',
      columns(
        ['PROCESS', 'BEGAN', 'MESSAGES EACH', 'CALLS EACH'],
        perProcess.map(({ saga, started, ...each }) => [
          ...[saga, figure(started)],
          // None began: there is nothing to divide by.
          ...[each.messages, each.calls].map((one) => (started === 0 ? '' : figure(one))),
        ]),
      ),
    ),
    ...fact('copies that it keeps', columns(['TABLE', 'ROWS, ABOUT', 'KB', 'OF'], copies ?? [])),
    ...fact(
      'tables',
      columns(
        ['TABLE', 'ROWS, ABOUT', 'KB'],
        (tables ?? []).map(({ name, rows, bytes }) => [name, rows, kilobytes(bytes)]),
      ),
    ),
    ...(notKnown.length > 0 ? fact('not known', notKnown) : []),
  ];
}

const fact = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [`  ${heading}: none`] : [`  ${heading}`, ...lines.map((line) => `    ${line}`)];

const columns = (headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] =>
  rows.length > 0 ? table(headings, rows) : [];

const flowOf = ({ subscription, module, messages }: Flow): string => `${module}, ${subscription}: ${messages.join(', ')}`;
const versioned = ({ name, version }: { name: string; version: number }): string => `${name} v${version}`;
const figure = (value: number | null): string | number => (value === null ? NOT_KNOWN : rounded(value));
const rounded = (value: number): number => Math.round(value * 10) / 10;
const kilobytes = (bytes: number): number => Math.ceil(bytes / KILOBYTE);
