import type {
  Catalogue,
  CatalogueMessage,
  CatalogueModule,
  CatalogueSaga,
  CatalogueSubscription,
  Origin,
} from '../catalogue';
import { firstSentenceOf } from '../documentation';
import { type Flow, flowBetweenModules, flowOf, flowOfModule, type FlowNode } from '../flow';
import type { ApplicationActivity } from './activity';
import { type Box, drawing } from './drawing';
import { type Content, html, type Html } from './html';
import { facts, layout, pathOf, prose, table } from './layout';

/** What can be found by its name. */
interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly module: string;
  readonly summary: string | null;
  readonly href: string;
}

/** The pages of a catalogue, as HTML. Undefined where it has no such thing. */
export class CataloguePages {
  private readonly flow: Flow;
  private readonly entries: readonly Entry[];

  constructor(private readonly catalogue: Catalogue) {
    this.flow = flowOf(catalogue);
    this.entries = entriesOf(catalogue);
  }

  /** Everything, or what has all words of `query`. */
  index(query = ''): string {
    const { modules } = this.catalogue;
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.entries.filter((entry) => words.every((word) => textOf(entry).includes(word)));
    const between = flowBetweenModules(this.catalogue);
    return this.page(
      'Catalogue',
      html`<h1>What there is</h1>
        <p>
          The modules, the messages that they publish, answer and handle, and who depends on whom. Choose a
          module, or search with <kbd>/</kbd>.
        </p>
        <section aria-labelledby="all" data-search>
          <h2 id="all">Everything</h2>
          <p role="status" data-count>${found.length} of ${this.entries.length}</p>
          <ul class="entries">
            ${this.entries.map(
              (entry) =>
                html`<li data-text="${textOf(entry)}" ${!found.includes(entry) && html` hidden`}>
                  <a href="${entry.href}">${entry.name}</a>
                  <span class="kind ${entry.kind}">${entry.kind}</span>
                  <span class="summary">${prose(firstSentenceOf(entry.summary ?? ''))}</span>
                </li>`,
            )}
          </ul>
        </section>
        <section aria-labelledby="between" data-whole${words.length > 0 && html` hidden`}>
          <h2 id="between">Between the modules</h2>
          ${table(
            ['from', 'to', 'messages', 'waits for answers'],
            between.map(({ from, to, messages, calls }) => [
              link('modules', from),
              link('modules', to),
              messages.length === 0 ? '' : this.links(messages),
              calls ? 'yes' : '',
            ]),
          )}
        </section>
        <section aria-labelledby="modules" data-whole${words.length > 0 && html` hidden`}>
          <h2 id="modules">Modules</h2>
          <ul class="cards">
            ${modules.map(
              ({ name, owner, summary }) =>
                html`<li>
                  <h3>${link('modules', name)}</h3>
                  <p>${prose(summary)}</p>
                  <p class="summary">Owner: ${owner ?? 'not said'}</p>
                </li>`,
            )}
          </ul>
        </section>`,
      query,
    );
  }

  module(name: string): string | undefined {
    const module = this.catalogue.modules.find((one) => one.name === name);
    return module && this.page(name, this.modulePart(module));
  }

  message(name: string): string | undefined {
    const message = this.catalogue.messages.find((one) => one.name === name);
    return message && this.page(name, this.messagePart(message));
  }

  subscription(name: string): string | undefined {
    const subscription = this.catalogue.subscriptions.find((one) => one.name === name);
    return subscription && this.page(name, this.subscriptionPart(subscription));
  }

  job(name: string): string | undefined {
    const job = this.catalogue.jobs.find((one) => one.name === name);
    return (
      job &&
      this.page(
        name,
        html`${heading(name, 'job', job.module)}
          <p>${prose(job.summary)}</p>
          ${facts([
            ['handled by', code(job.handledBy)],
            ['an attempt may take', `${job.timeoutMs / 1_000} s`],
            ['parked after', `${job.maxAttempts} failed attempts`],
            ['may lead to', this.links(job.leadsTo)],
          ])}`,
      )
    );
  }

  /** What was seen lately, of the modules that the process hosts. */
  activity({ lastMessages, modules, notKnown }: ApplicationActivity): string {
    return this.page(
      'What was seen lately',
      html`<p class="summary"><a href="/catalogue">Catalogue</a></p>
        <h1>What was seen lately</h1>
        <p>
          Counted among the last ${lastMessages} messages of each log.
          ${notKnown.length > 0 && `Not known here: ${notKnown.join(', ')}.`}
        </p>
        <h2>Published</h2>
        ${table(
          ['message', 'version', 'messages', 'last seen'],
          modules.flatMap(({ published }) =>
            published.map(({ name, version, messages, lastAt }) => [
              this.links([name]),
              version,
              messages,
              html`<time datetime="${lastAt}">${lastAt}</time>`,
            ]),
          ),
        )}
        <h2>Read</h2>
        ${table(
          ['subscription', 'log of', 'moved last', 'a process works on it'],
          modules.flatMap(({ consumers }) =>
            consumers.map(({ subscription, log, movedAt, running }) => [
              this.links([subscription]),
              link('modules', log),
              html`<time datetime="${movedAt}">${movedAt}</time>`,
              running ? 'yes' : 'no',
            ]),
          ),
        )}`,
    );
  }

  /** Of a name that nothing has. */
  nothing(name: string, near: readonly string[]): string {
    const entries = this.entries.filter((entry) => near.includes(entry.name));
    return this.page(
      'Nothing is called so',
      html`<h1>Nothing is called “${name}”</h1>
        ${
          entries.length > 0
            ? html`<p>Near to it:</p>
                <ul>
                  ${entries.map(({ name: known, href }) => html`<li><a href="${href}">${known}</a></li>`)}
                </ul>`
            : html`<p>Search for it, or begin with <a href="/catalogue">the catalogue</a>.</p>`
        }`,
    );
  }

  private modulePart({ name, owner, summary, waitsFor }: CatalogueModule): Html {
    const { messages, subscriptions, jobs, routes } = this.catalogue;
    const own = <T extends { module: string }>(things: readonly T[]): T[] =>
      things.filter((thing) => thing.module === name);
    const section = (
      title: string,
      things: readonly { name: string; summary: string | null }[],
      kind: Where,
    ) =>
      things.length > 0 &&
      html`<section>
        <h2>${title}</h2>
        ${table(
          ['name', 'what it is'],
          things.map((one) => [link(kind, one.name), prose(firstSentenceOf(one.summary ?? ''))]),
        )}
      </section>`;
    const of = (kind: CatalogueMessage['kind']) => own(messages).filter((message) => message.kind === kind);
    return html`${heading(name, 'module', null)}
      <p>${prose(summary)}</p>
      ${facts([
        ['owner', owner ?? 'not said'],
        [
          'waits for the answers of',
          waitsFor.map((other, place) => [place > 0 && ', ', link('modules', other)]),
        ],
      ])}
      <section>
        <h2>What leads to what</h2>
        <p class="summary">
          Requests, commands and jobs, events, and what handles them. What a handler may publish is found in
          its code. Dashed arrows lead back.
        </p>
        ${this.flowDrawing(name)}
      </section>
      ${section('Events', of('event'), 'messages')} ${section('Commands', of('command'), 'messages')}
      ${section('Queries', of('query'), 'messages')}
      ${section('Subscriptions and sagas', own(subscriptions), 'subscriptions')}
      ${section('Jobs', own(jobs), 'jobs')}
      ${
        own(routes).length > 0 &&
        html`<section>
          <h2>Requests</h2>
          ${table(
            ['request', 'handled by', 'commands'],
            own(routes).map((route) => [code(route.name), code(route.handledBy), this.links(route.leadsTo)]),
          )}
        </section>`
      }`;
  }

  private messagePart(message: CatalogueMessage): Html {
    const { name, kind, module, version, className, summary, answeredBy, from, handledBy, leadsTo } = message;
    return html`${heading(name, kind, module)}
      <p>${prose(summary)}</p>
      ${facts([
        ['version', `${version}`],
        ['class', code(className)],
        [
          'personal data',
          message.personalData.map((field) => html`<span class="item">${code(field)}</span>`),
        ],
        ['answered by', answeredBy && code(answeredBy)],
        [
          kind === 'event' ? 'published by' : 'sent by',
          from.map((origin) => html`<span class="item">${this.origin(origin)}</span>`),
        ],
        ['may lead to', this.links(leadsTo)],
      ])}
      ${drawing(`Where ${name} comes from and where it goes`, ...this.neighbourhood(message))}
      ${
        handledBy.length > 0 &&
        html`<section>
          <h2>Handled by</h2>
          ${table(
            ['subscription', 'module', 'class', 'reads versions', 'starts at', 'lane groups', 'parked after'],
            handledBy.map((reader) => {
              const { startAt, laneGroups, retry } = this.catalogue.subscriptions.find(
                (one) => one.name === reader.subscription,
              )!;
              return [
                link('subscriptions', reader.subscription),
                link('modules', reader.module),
                code(reader.handledBy),
                reader.versions.join(', '),
                startAt,
                laneGroups,
                `${retry.maxAttempts} failures`,
              ];
            }),
          )}
          <p class="summary">${ORDER}</p>
        </section>`
      }`;
  }

  private subscriptionPart(subscription: CatalogueSubscription): Html {
    const { name, module, kind, handledBy, summary, reads, leadsTo, retry } = subscription;
    const { startAt, laneGroups, batchSize, timeoutMs } = subscription;
    const saga = this.catalogue.sagas.find((one) => one.name === name);
    return html`${heading(name, kind === 'saga' ? 'saga' : 'subscription', module)}
      <p>${prose(summary)}</p>
      ${facts([
        ['handled by', kind === 'commands' ? 'the handlers of the commands' : code(handledBy)],
        ...reads.map(({ log, messages }) => [html`reads of ${log}`.text, this.links(messages)] as const),
        ['may lead to', this.links(leadsTo)],
        ['starts at', startAt === 'now' ? 'what comes from now on' : 'the beginning of each log'],
        ['lane groups', laneGroups],
        ['in one transaction', `${batchSize} messages at most, each within ${timeoutMs / 1_000} s`],
        [
          'retry',
          `at most ${retry.firstDelayMs / 1_000} s after the first failure, twice as long each time, up to ${retry.longestDelayMs / 1_000} s; parked after ${retry.maxAttempts} failures of the handler`,
        ],
      ])}
      <p class="summary">${ORDER}</p>
      ${saga && this.sagaPart(saga)}`;
  }

  private sagaPart({ name, steps, states, arrows }: CatalogueSaga): Html {
    const boxes = (kinds: readonly string[]): Box[] =>
      states.filter(({ kind }) => kinds.includes(kind)).map(({ id, label, kind }) => ({ id, label, kind }));
    const start: Box = { id: '[*]', label: 'start', kind: 'end' };
    const columns = [
      [start, ...boxes(['step'])],
      boxes(['undo']).reverse(),
      boxes(['undo_late']).reverse(),
      boxes(['end']),
    ];
    const labelOf = (id: string): string => states.find((state) => state.id === id)?.label ?? 'start';
    return html`<section>
      <h2>States</h2>
      ${drawing(
        `The states of ${name}`,
        columns,
        arrows.map(({ from, to }, place) => ({ from, to, number: place + 1 })),
      )}
      <p class="summary">What happens, the condition in brackets, and the command that is sent then:</p>
      <ol class="arrows">
        ${arrows.map(
          ({ from, to, label }) => html`<li><b>${labelOf(from)}</b> → <b>${labelOf(to)}</b>: ${label}</li>`,
        )}
      </ol>
      <h2>Steps</h2>
      ${table(
        ['step', 'kind', 'sends', 'done by', 'turned back by', 'undone by', 'waits for'],
        steps.map(({ name: step, kind, sends, done, refused, compensation, deadlineMs }) => [
          step,
          kind,
          sends && this.links([sends]),
          this.links([done]),
          this.links(refused),
          compensation && this.links([compensation.sends]),
          deadlineMs !== null && `${deadlineMs / 60_000} min`,
        ]),
      )}
    </section>`;
  }

  /** Where a message comes from, the message, who handles it, and what they lead to. */
  private neighbourhood(message: CatalogueMessage): [Box[][], { from: string; to: string }[]] {
    const own: Box = { id: message.name, label: message.name, kind: message.kind };
    const origins = message.from.map(({ kind, name }) => ({ ...this.boxOf(name, kind), id: `from ${name}` }));
    const readers = message.handledBy.map(({ subscription }) => this.boxOf(subscription, 'subscription'));
    const after = [
      ...message.leadsTo.map((to) => ({ from: message.name, to })),
      ...this.catalogue.subscriptions
        .filter(({ name, kind }) => kind === 'reaction' && readers.some(({ id }) => id === name))
        .flatMap(({ name, leadsTo }) => leadsTo.map((to) => ({ from: name, to }))),
    ];
    const ends = [...new Set(after.map(({ to }) => to))].map((name) => this.boxOf(name, 'event'));
    return [
      [origins, [own], readers, ends],
      [
        ...origins.map(({ id }) => ({ from: id, to: message.name })),
        ...readers.map(({ id }) => ({ from: message.name, to: id })),
        ...after,
      ],
    ];
  }

  private flowDrawing(module: string): Html {
    const { nodes, arrows } = flowOfModule(this.flow, module);
    if (nodes.length === 0) return html`<p>Nothing.</p>`;
    const column = (...kinds: FlowNode['kind'][]): Box[] =>
      nodes.filter(({ kind }) => kinds.includes(kind)).map(({ name, kind }) => this.boxOf(name, kind));
    const columns = [
      column('route'),
      column('command', 'query', 'job'),
      column('event'),
      column('subscription', 'saga'),
    ];
    return drawing(`What leads to what in ${module}`, columns, arrows);
  }

  private boxOf(name: string, kind: Origin['kind'] | FlowNode['kind']): Box {
    const known = this.entries.find((entry) => entry.name === name);
    return { id: name, label: name, kind: known?.kind ?? kind, href: known?.href };
  }

  private origin({ kind, name }: Origin): Content {
    if (kind === 'module') return [link('modules', name), ', which waits for the answer'];
    if (kind === 'route') return code(name);
    const where = {
      command: 'messages',
      job: 'jobs',
      saga: 'subscriptions',
      subscription: 'subscriptions',
    } as const;
    return [link(where[kind], name), html` <span class="kind ${kind}">${kind}</span>`];
  }

  private links(names: readonly string[]): Content {
    return names.map((name) => {
      const known = this.entries.find((entry) => entry.name === name);
      return html`<span class="item"
        >${known ? html`<a href="${known.href}">${name}</a>` : code(name)}</span
      >`;
    });
  }

  private page(title: string, content: Html, query?: string): string {
    return layout({ application: this.catalogue.application.title, title, query }, content);
  }
}

const ORDER =
  'Each subscription has a position of its own in the log: none waits for another. Within one, messages of one key come in the order of the log, each once.';

type Where = Parameters<typeof pathOf>[0];

const code = (text: string): Html => html`<code>${text}</code>`;
const link = (kind: Where, name: string): Html => html`<a href="${pathOf(kind, name)}">${name}</a>`;

const heading = (name: string, kind: string, module: string | null): Html =>
  html`<p class="summary">
      <a href="/catalogue">Catalogue</a>${module !== null && html` / ${link('modules', module)}`}
    </p>
    <h1>${name} <span class="kind ${kind}">${kind}</span></h1>`;

const textOf = ({ name, kind, module, summary }: Entry): string =>
  `${name} ${name.replace(/[.-]/g, ' ')} ${kind} ${module} ${summary ?? ''}`.toLowerCase();

const entriesOf = ({ modules, messages, subscriptions, jobs }: Catalogue): Entry[] => [
  ...modules.map(({ name, summary }) => ({
    name,
    kind: 'module',
    module: name,
    summary,
    href: pathOf('modules', name),
  })),
  ...messages.map(({ name, kind, module, summary }) => ({
    name,
    kind,
    module,
    summary,
    href: pathOf('messages', name),
  })),
  ...subscriptions.map(({ name, kind, module, summary }) => ({
    name,
    kind: kind === 'saga' ? 'saga' : 'subscription',
    module,
    summary,
    href: pathOf('subscriptions', name),
  })),
  ...jobs.map(({ name, module, summary }) => ({
    name,
    kind: 'job',
    module,
    summary,
    href: pathOf('jobs', name),
  })),
];
