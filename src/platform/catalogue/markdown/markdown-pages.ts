import type {
  Catalogue,
  CatalogueMessage,
  CatalogueModule,
  CatalogueSaga,
  CatalogueSubscription,
  Origin,
} from '../catalogue';
import { firstSentenceOf } from '../documentation';
import { type Flow, flowOf, flowOfModule } from '../flow';
import { flowChart, modulesChart } from './mermaid';

const GENERATED = '<!-- Written by `npm run docs` from the code. Change that, and run it again. -->';

/** The catalogue as Markdown with Mermaid diagrams, by file: a page for the whole, one for each module. */
export function markdownPages(catalogue: Catalogue): Map<string, string> {
  const flow = flowOf(catalogue);
  return new Map([
    ['README.md', page(wholePage(catalogue))],
    ...catalogue.modules.map(
      (module) => [`${module.name}.md`, page(modulePage(catalogue, module, flow))] as const,
    ),
  ]);
}

const page = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

function wholePage(catalogue: Catalogue): string[] {
  const { modules, messages, subscriptions } = catalogue;
  const of = (kind: CatalogueMessage['kind']) => messages.filter((message) => message.kind === kind);
  return [
    '# The catalogue',
    '',
    GENERATED,
    '',
    'What there is and who depends on it, from the running code. The application shows it at `/catalogue`; `npm run topology -- explain <name>` tells of one thing.',
    '',
    ...table(
      ['module', 'owner', ''],
      modules.map(({ name, owner, summary }) => [link(name, name), owner ?? '', text(summary)]),
    ),
    '',
    'Arrows are messages, with the number of their kinds; dotted ones are questions whose answer is waited for.',
    '',
    ...mermaid(modulesChart(catalogue)),
    ...(['event', 'command', 'query'] as const).flatMap((kind) => [
      '',
      `## ${kind === 'query' ? 'Queries' : `${kind[0].toUpperCase()}${kind.slice(1)}s`}`,
      '',
      ...table(
        [kind, 'version', ''],
        of(kind).map((message) => [
          toMessage(message),
          `${message.version}`,
          text(firstSentenceOf(message.summary ?? '')),
        ]),
      ),
    ]),
    '',
    '## Subscriptions',
    '',
    ...table(
      ['subscription', 'reads the logs of', ''],
      subscriptions.map(({ name, module, reads, summary }) => [
        link(name, module, name),
        reads.map(({ log }) => log).join(', '),
        text(firstSentenceOf(summary ?? '')),
      ]),
    ),
  ];
}

function modulePage(catalogue: Catalogue, module: CatalogueModule, flow: Flow): string[] {
  const own = <T extends { module: string }>(things: readonly T[]): T[] =>
    things.filter((thing) => thing.module === module.name);
  const { messages } = catalogue;
  const drawn = flowOfModule(flow, module.name);
  const jobs = own(catalogue.jobs);
  const routes = own(catalogue.routes);
  return [
    `# ${module.name}`,
    '',
    GENERATED,
    '',
    ...paragraph(module.summary),
    `Owner: ${module.owner ?? 'not said'}. Its own page: [README](../../src/modules/${module.name}/README.md). Back to [the catalogue](README.md).`,
    '',
    '## What leads to what',
    '',
    'Slanted boxes are requests, boxes commands, rounded boxes events, hexagons subscriptions and sagas, double boxes jobs. What a handler may publish is found in its code.',
    '',
    ...mermaid(flowChart(drawn)),
    ...(['event', 'command', 'query'] as const).flatMap((kind) => {
      const ofKind = own(messages).filter((message) => message.kind === kind);
      if (ofKind.length === 0) return [];
      const title = { event: 'Events', command: 'Commands', query: 'Queries' }[kind];
      return ['', `## ${title}`, ...ofKind.flatMap((message) => messagePart(message, catalogue))];
    }),
    ...section(
      'Subscriptions',
      own(catalogue.subscriptions).flatMap((one) => subscriptionPart(one, messages)),
    ),
    ...section(
      'Sagas',
      own(catalogue.sagas).flatMap((saga) => sagaPart(saga, messages)),
    ),
    ...section(
      'Jobs',
      [
        '',
        ...table(
          ['job', 'handled by', 'attempts', 'may lead to'],
          jobs.map(({ name, handledBy, maxAttempts, leadsTo }) => [
            `\`${name}\``,
            `\`${handledBy}\``,
            `${maxAttempts}`,
            linked(leadsTo, messages),
          ]),
        ),
      ],
      jobs.length,
    ),
    ...section(
      'Requests',
      [
        '',
        ...table(
          ['request', 'handled by', 'commands'],
          routes.map(({ name, handledBy, leadsTo }) => [
            `\`${name}\``,
            `\`${handledBy}\``,
            linked(leadsTo, messages),
          ]),
        ),
      ],
      routes.length,
    ),
  ];
}

const section = (title: string, lines: readonly string[], size = lines.length): string[] =>
  size > 0 ? ['', `## ${title}`, ...lines] : [];

function messagePart(message: CatalogueMessage, { messages, subscriptions }: Catalogue): string[] {
  const { name, version, className, summary, answeredBy, from, handledBy, leadsTo } = message;
  const readers = handledBy.map(({ subscription, versions }) => {
    const { module } = subscriptions.find((one) => one.name === subscription)!;
    return `${link(subscription, module, subscription)} (reads ${versions.length > 1 ? 'versions' : 'version'} ${versions.join(', ')})`;
  });
  return [
    '',
    `### ${name}`,
    '',
    ...paragraph(summary),
    ...table(
      ['version', `${version}, class \`${className}\``],
      [
        ...(message.personalData.length > 0
          ? [['personal data', message.personalData.map((field) => `\`${field}\``).join(', ')]]
          : []),
        ...(answeredBy ? [['answered by', `\`${answeredBy}\``]] : []),
        [
          'comes from',
          from.map((origin) => originOf(origin, messages)).join(', ') || 'nothing in this application',
        ],
        ...(readers.length > 0 || message.kind === 'event'
          ? [['handled by', readers.join(', ') || 'no subscription']]
          : []),
        ...(leadsTo.length > 0 ? [['may lead to', linked(leadsTo, messages)]] : []),
      ],
    ),
  ];
}

function originOf({ kind, name, module }: Origin, messages: readonly CatalogueMessage[]): string {
  if (kind === 'module') return `${link(name, name)}, which waits for the answer`;
  if (kind === 'command') return linked([name], messages);
  if (kind === 'route' || kind === 'job') return `\`${name}\``;
  return link(name, module, name);
}

function subscriptionPart(
  subscription: CatalogueSubscription,
  messages: readonly CatalogueMessage[],
): string[] {
  const { name, kind, handledBy, summary, reads, leadsTo, startAt, laneGroups, batchSize, timeoutMs, retry } =
    subscription;
  return [
    '',
    `### ${name}`,
    '',
    ...paragraph(summary),
    ...table(
      ['handled by', kind === 'commands' ? 'the handlers of the commands' : `\`${handledBy}\``],
      [
        ...reads.map(({ log, messages: names }) => [`reads of ${log}`, linked(names, messages)]),
        ...(leadsTo.length > 0 ? [['may lead to', linked(leadsTo, messages)]] : []),
        ['starts at', startAt === 'now' ? 'what comes from now on' : 'the beginning of each log'],
        [
          'order',
          `of the log, for each key; ${laneGroups} lane groups, ${batchSize} messages in one transaction at most`,
        ],
        [
          'retry',
          `at most ${retry.firstDelayMs / 1_000} s after the first failure, twice as long each time, up to ${retry.longestDelayMs / 1_000} s; parked after ${retry.maxAttempts} failures of the handler, of which each may take ${timeoutMs / 1_000} s`,
        ],
      ],
    ),
  ];
}

const sagaPart = (saga: CatalogueSaga, messages: readonly CatalogueMessage[]): string[] => [
  '',
  `### ${saga.name}, its steps`,
  '',
  ...paragraph(saga.summary),
  ...table(
    ['step', 'kind', 'sends', 'done by', 'turned back by', 'undone by', 'waits for'],
    saga.steps.map(({ name, kind, sends, done, refused, compensation, deadlineMs }) => [
      name,
      kind,
      sends ? linked([sends], messages) : '',
      linked([done], messages),
      linked(refused, messages),
      compensation ? linked([compensation.sends], messages) : '',
      deadlineMs === null ? '' : `${deadlineMs / 60_000} min`,
    ]),
  ),
  '',
  'Arrows read *event [condition] / command sent*.',
  '',
  ...mermaid(saga.diagram.split('\n')),
];

const mermaid = (lines: readonly string[]): string[] => ['```mermaid', ...lines, '```'];
const paragraph = (summary: string | null): string[] => (summary ? [text(summary), ''] : []);

function linked(names: readonly string[], messages: readonly CatalogueMessage[]): string {
  return names
    .map((name) => {
      const message = messages.find((one) => one.name === name);
      return message ? toMessage(message) : `\`${name}\``;
    })
    .join(', ');
}

const toMessage = ({ name, module }: CatalogueMessage): string => link(name, module, name);

/** To a module's page, or to a heading of it. */
const link = (label: string, module: string, heading?: string): string =>
  `[${label}](${module}.md${heading === undefined ? '' : `#${anchorOf(heading)}`})`;

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)];
}

/** Comments of the code as Markdown shows them; what Markdown would read as a table or a tag is escaped. */
const text = (comment: string | null): string =>
  (comment ?? '').replace(/\|/g, '\\|').replace(/</g, '&lt;').replace(/\s+/g, ' ');
