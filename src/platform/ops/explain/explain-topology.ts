import { table } from '../cli/table';
import type { Topology } from './topology';

/** The topology for people: one table for each kind of thing. */
export function explainTopology({ commands, queries, subscriptions, sagas, jobs }: Topology): string[] {
  return [
    ...section(
      'COMMAND',
      ['MODULE', 'HANDLED BY', 'SENT DURABLY BY'],
      commands.map((c) => [named(c), c.module, c.handledBy, c.sentBy.join(', ')]),
    ),
    '',
    ...section(
      'QUERY',
      ['MODULE', 'HANDLED BY'],
      queries.map((q) => [named(q), q.module, q.handledBy]),
    ),
    '',
    ...section(
      'SUBSCRIPTION',
      ['MODULE', 'LOGS', 'MESSAGES'],
      subscriptions.map((s) => [s.name, s.module, s.logs.join(', '), s.messages.join(', ')]),
    ),
    '',
    ...section(
      'SAGA',
      ['MODULE', 'OWNED BY', 'STARTS WITH', 'STEPS'],
      sagas.map((s) => [s.name, s.module, s.ownedBy, s.startsWith, s.steps.join(' > ')]),
    ),
    '',
    ...section(
      'JOB',
      ['MODULE', 'ATTEMPTS'],
      jobs.map((j) => [j.type, j.module, j.maxAttempts]),
    ),
  ];
}

const section = (kind: string, headings: string[], rows: (string | number)[][]): string[] =>
  table(
    [kind, ...headings],
    rows.sort(([a], [b]) => String(a).localeCompare(String(b))),
  );

const named = ({ name, version }: { name: string; version: number }): string => `${name} v${version}`;
