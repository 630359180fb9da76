import type {
  Catalogue,
  CatalogueJob,
  CatalogueMessage,
  CatalogueModule,
  CatalogueRetry,
  CatalogueSaga,
  CatalogueSubscription,
} from '../../catalogue/catalogue';
import { firstSentenceOf } from '../../catalogue/documentation';
import { nearNames } from '../../catalogue/near-names';
import { WrongUse } from '../command';
import { table } from '../table';

/** One thing of the catalogue, with what it is. */
export type Explained =
  | {
      readonly is: 'message';
      readonly message: CatalogueMessage;
      readonly subscriptions: CatalogueSubscription[];
    }
  | {
      readonly is: 'subscription';
      readonly subscription: CatalogueSubscription;
      readonly saga: CatalogueSaga | null;
    }
  | { readonly is: 'job'; readonly job: CatalogueJob }
  | {
      readonly is: 'module';
      readonly module: CatalogueModule;
      readonly messages: CatalogueMessage[];
      readonly subscriptions: CatalogueSubscription[];
    };

/** What has this name in the catalogue. Throws `WrongUse` with near names where nothing has. */
export function explainedName(catalogue: Catalogue, name: string): Explained {
  const { modules, messages, subscriptions, sagas, jobs } = catalogue;
  const named = <T extends { name: string }>(things: readonly T[]): T | undefined =>
    things.find((thing) => thing.name === name);
  const message = named(messages);
  if (message) return { is: 'message', message, subscriptions: readersOf(message, subscriptions) };
  const subscription = named(subscriptions);
  if (subscription) return { is: 'subscription', subscription, saga: named(sagas) ?? null };
  const job = named(jobs);
  if (job) return { is: 'job', job };
  const module = named(modules);
  if (module) {
    const own = <T extends { module: string }>(things: readonly T[]): T[] =>
      things.filter((thing) => thing.module === name);
    return { is: 'module', module, messages: own(messages), subscriptions: own(subscriptions) };
  }
  const names = [...modules, ...messages, ...subscriptions, ...jobs].map((thing) => thing.name);
  const near = nearNames(name, [...new Set(names)]);
  throw new WrongUse(
    `Nothing is called "${name}". ${near.length > 0 ? `Near to it: ${near.join(', ')}.` : `The modules are ${modules.map((one) => one.name).join(', ')}.`} "npm run topology -- explain" lists what there is.`,
  );
}

const readersOf = (
  message: CatalogueMessage,
  subscriptions: readonly CatalogueSubscription[],
): CatalogueSubscription[] =>
  subscriptions.filter(({ name }) => message.handledBy.some(({ subscription }) => subscription === name));

/** The same for people. */
export function explanationOf(explained: Explained): string[] {
  switch (explained.is) {
    case 'message':
      return ofMessage(explained.message, explained.subscriptions);
    case 'subscription':
      return ofSubscription(explained.subscription, explained.saga);
    case 'job':
      return ofJob(explained.job);
    case 'module':
      return ofModule(explained);
  }
}

const ARTICLE = { event: 'an event', command: 'a command', query: 'a query' } as const;

function ofMessage(message: CatalogueMessage, subscriptions: readonly CatalogueSubscription[]): string[] {
  const { name, version, kind, module, summary, answeredBy, from, handledBy, leadsTo } = message;
  const origins = from.map((origin) => [
    origin.kind === 'module' ? `${origin.module} (waits for the answer)` : origin.name,
    origin.kind,
    origin.module,
  ]);
  const readers = subscriptions.map((subscription) => {
    const reader = handledBy.find((one) => one.subscription === subscription.name)!;
    const { laneGroups, batchSize, timeoutMs, retry, startAt } = subscription;
    const versions = reader.versions.join(', ');
    return [
      subscription.name,
      subscription.module,
      reader.handledBy,
      versions,
      startAt,
      laneGroups,
      batchSize,
      seconds(timeoutMs),
      retry.maxAttempts,
    ];
  });
  return [
    `${name} v${version}: ${ARTICLE[kind]} of ${module}`,
    ...indented(summary),
    ...(message.personalData.length > 0 ? ['', `Personal data: ${message.personalData.join(', ')}.`] : []),
    ...(answeredBy ? ['', `Answered by ${answeredBy} in ${module}.`] : []),
    '',
    kind === 'event' ? 'Published when the code runs of' : 'Sent or asked by',
    ...(origins.length > 0
      ? table(['FROM', 'KIND', 'MODULE'], origins).map(indent)
      : ['  nothing in this application']),
    '',
    ...(kind === 'query' || (kind === 'command' && readers.length === 0)
      ? []
      : [
          kind === 'event' ? 'Handled by' : 'Handed over durably by',
          ...(readers.length > 0
            ? table(
                [
                  'SUBSCRIPTION',
                  'MODULE',
                  'HANDLED BY',
                  'VERSIONS',
                  'STARTS AT',
                  'LANE GROUPS',
                  'BATCH',
                  'TIME LIMIT',
                  'ATTEMPTS',
                ],
                readers,
              ).map(indent)
            : ['  no subscription']),
          ...(readers.length > 0
            ? ['', ...ORDER.map(indent), indent(retrySentence(subscriptions[0].retry))]
            : []),
        ]),
    ...(leadsTo.length > 0 ? ['', 'May lead to', ...leadsTo.map(indent)] : []),
  ];
}

const ORDER = [
  'Each subscription has a position of its own in the log: none waits for another, and their order is not fixed.',
  'Within one, messages of one key come in the order of the log, each once; other keys may overtake it.',
];

const retrySentence = ({ firstDelayMs, longestDelayMs }: CatalogueRetry): string =>
  `A message that fails is tried again after at most ${seconds(firstDelayMs).figure}, twice as long each time, up to ${seconds(longestDelayMs).figure}; after so many ATTEMPTS of its handler it is parked with those behind it of its key.`;

function ofSubscription(subscription: CatalogueSubscription, saga: CatalogueSaga | null): string[] {
  const { name, module, handledBy, summary, reads, leadsTo, startAt, retry } = subscription;
  const { laneGroups, batchSize, timeoutMs } = subscription;
  const logs = reads.flatMap(({ log, messages }) => messages.map((message) => [message, log]));
  return [
    `${name}: ${saga ? 'a saga' : 'a subscription'} of ${module}, handled by ${handledBy}`,
    ...indented(summary),
    '',
    'Reads',
    ...table(['MESSAGE', 'LOG'], logs).map(indent),
    '',
    `  It starts at ${startAt === 'now' ? 'what comes from now on' : 'the beginning of each log'}, has ${laneGroups} lane groups, and handles at most ${batchSize} messages in one transaction, each within ${seconds(timeoutMs).figure}.`,
    ...ORDER.map(indent),
    indent(retrySentence(retry).replace('so many ATTEMPTS', `${retry.maxAttempts} failures`)),
    ...(saga ? ['', 'Steps', ...stepTable(saga).map(indent)] : []),
    ...(leadsTo.length > 0 ? ['', 'May lead to', ...leadsTo.map(indent)] : []),
  ];
}

const stepTable = ({ steps }: CatalogueSaga): string[] =>
  table(
    ['STEP', 'KIND', 'SENDS', 'DONE', 'REFUSED', 'UNDONE BY'],
    steps.map(({ name, kind, sends, done, refused, compensation }) => [
      name,
      kind,
      sends ?? '',
      done,
      refused.join(', '),
      compensation?.sends ?? '',
    ]),
  );

const ofJob = ({
  name,
  module,
  handledBy,
  summary,
  maxAttempts,
  timeoutMs,
  leadsTo,
}: CatalogueJob): string[] => [
  `${name}: a job of ${module}, handled by ${handledBy}`,
  ...indented(summary),
  '',
  `  An attempt may take ${seconds(timeoutMs).figure}. After ${maxAttempts} failed attempts it is parked.`,
  ...(leadsTo.length > 0 ? ['', 'May lead to', ...leadsTo.map(indent)] : []),
];

function ofModule({
  module: { name, owner, summary, waitsFor },
  messages,
  subscriptions,
}: Extract<Explained, { is: 'module' }>): string[] {
  const list = (title: string, things: readonly { name: string; summary: string | null }[]): string[] =>
    things.length > 0
      ? [
          '',
          title,
          ...table(
            ['NAME', ''],
            things.map((one) => [one.name, firstSentenceOf(one.summary ?? '')]),
          )
            .slice(1)
            .map(indent),
        ]
      : [];
  return [
    `${name}: a module${owner ? ` of ${owner}` : ''}`,
    ...indented(summary),
    ...list(
      'Publishes',
      messages.filter(({ kind }) => kind === 'event'),
    ),
    ...list(
      'Answers',
      messages.filter(({ kind }) => kind !== 'event'),
    ),
    ...list('Subscribes as', subscriptions),
    ...(waitsFor.length > 0 ? ['', `Waits for the answers of ${waitsFor.join(', ')}.`] : []),
  ];
}

const indent = (line: string): string => `  ${line}`;
const indented = (text: string | null): string[] => (text ? [indent(text)] : []);
const seconds = (milliseconds: number): { figure: string } => ({ figure: `${milliseconds / 1_000} s` });
