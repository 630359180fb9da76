import type { Answer, SagaDefinition, SagaStep } from './saga-definition';
import { SagaMachine, type SagaInstance, type Transition } from './saga-machine';

/** Facts of which nothing is known but the conditions that they fulfil. */
interface Supposed {
  conditions: readonly string[];
}

/** Something that may happen to a process. */
interface Happening {
  name: string;
  apply: (machine: SagaMachine<Supposed>, instance: SagaInstance<Supposed>) => Transition<Supposed> | null;
}

interface Edge {
  from: string;
  to: string;
  happening: string;
  commands: string;
  /** The suppositions under which the process goes this way. */
  under: Set<Supposed>;
}

const BEGINNING = new Date(0);
const END_OF_TIME = new Date(8_640_000_000_000_000);
/** Where a process begins, among the arrows of its graph. */
export const START = '[*]';

/** A process as states and the arrows between them. `START` is no node of its own. */
export interface SagaGraph {
  /** In reading order: forward, then back, then the ends. */
  readonly nodes: readonly { readonly id: string; readonly label: string; readonly kind: SagaNodeKind }[];
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly label: string }[];
}

/** On the way forward, on the way back, on the way back after the pivot, or an end. */
export type SagaNodeKind = 'step' | 'undo' | 'undo_late' | 'end';

/**
 * The process as a Mermaid state diagram. Nothing is drawn by hand, so the picture cannot differ from the
 * behaviour. Arrows read `event [condition] / commands sent`.
 */
export function sagaDiagram<Facts extends object>(definition: SagaDefinition<Facts>): string {
  const { nodes, arrows } = sagaGraph(definition);
  return [
    'stateDiagram-v2',
    ...nodes.map(({ id, label }) => `    state "${label}" as ${id}`),
    ...arrows.map(({ from, to, label }) => `    ${from} --> ${to} : ${label}`),
    ...nodes.filter(({ kind }) => kind === 'end').map(({ id }) => `    ${id} --> ${START}`),
  ].join('\n');
}

/**
 * Asks the machine that runs processes what it does at every event, deadline and wish to call off, in every
 * state that it can reach.
 */
export function sagaGraph<Facts extends object>(definition: SagaDefinition<Facts>): SagaGraph {
  const nodes = new Map<string, string>();
  const edges = new Map<string, Edge>();
  const reached = new Map<string, Set<Supposed>>();
  const draw = (
    from: string,
    happening: string,
    { instance, commands }: Transition<Supposed>,
    under: Supposed,
  ): void => {
    const to = nodeOf(definition, instance);
    nodes.set(to.id, to.label);
    reached.set(to.id, (reached.get(to.id) ?? new Set()).add(under));
    const sent = commands.map((command) => command.constructor.name).join(', ');
    const key = [from, to.id, happening, sent].join('|');
    const edge = edges.get(key) ?? { from, to: to.id, happening, commands: sent, under: new Set<Supposed>() };
    edge.under.add(under);
    edges.set(key, edge);
  };
  const suppositions = suppositionsOf(definition);
  reached.set(START, new Set(suppositions));
  for (const supposed of suppositions) explore(definition, supposed, draw);
  const ids = inReadingOrder(definition, [...nodes.keys()]);
  const place = (id: string): number => ids.indexOf(id);
  const ordered = [...edges.values()].sort(
    (a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to),
  );
  return {
    nodes: ids.map((id) => ({ id, label: nodes.get(id)!, kind: kindOf(id) })),
    arrows: joined(ordered, reached),
  };
}

/** Forward, then back, then the ends. */
function inReadingOrder<Facts extends object>(
  { steps }: SagaDefinition<Facts>,
  ids: readonly string[],
): string[] {
  const forward = steps.map(({ name }) => idOf('step', name));
  const undone = steps.map(({ name }) => name).reverse();
  const back = undone.map((name) => idOf('undo', name));
  const late = undone.map((name) => idOf('undo_late', name));
  const order = [...forward, ...back, ...late].filter((id) => ids.includes(id));
  return [...order, ...ids.filter((id) => !order.includes(id)).sort()];
}

/** Plays everything that may happen, from the start on, under one supposition. */
function explore<Facts extends object>(
  definition: SagaDefinition<Facts>,
  supposed: Supposed,
  draw: (from: string, happening: string, transition: Transition<Supposed>, under: Supposed) => void,
): void {
  const abstract = abstractOf(definition);
  const machine = new SagaMachine(abstract);
  const happenings = happeningsOf(abstract);
  const first = machine.start('any', supposed, BEGINNING);
  draw(START, definition.start.event.name, first, supposed);
  const seen = new Set<string>();
  const open = [first.instance];
  for (let instance = open.shift(); instance; instance = open.shift()) {
    const known = JSON.stringify([instance.state, instance.outcome, instance.steps]);
    if (seen.has(known)) continue;
    seen.add(known);
    const from = nodeOf(definition, instance).id;
    for (const { name, apply } of happenings) {
      const next = apply(machine, instance);
      if (!next) continue;
      const turnedBack = from.startsWith('undo_') && next.instance.final;
      draw(from, turnedBack ? `${name} [outcome ${next.instance.state}]` : name, next, supposed);
      open.push(next.instance);
    }
  }
}

/**
 * The same process on facts that are only supposed: its conditions ask the supposition, its messages are
 * empty.
 */
function abstractOf<Facts extends object>({
  start,
  steps,
  subscription: _,
  ...rest
}: SagaDefinition<Facts>): SagaDefinition<Supposed> {
  const empty = (type: { prototype: object }) => (): object => Object.create(type.prototype) as object;
  return {
    ...rest,
    start: { event: start.event, state: start.state, facts: () => ({ conditions: [] }) },
    steps: steps.map(({ when, send, compensation, ...step }): SagaStep<Supposed> => ({
      ...step,
      when: when && {
        description: when.description,
        holds: ({ conditions }) => conditions.includes(when.description),
      },
      send: send && { command: send.command, from: empty(send.command) },
      compensation: compensation && { ...compensation, from: empty(compensation.command) },
    })),
  };
}

/** Every combination of the conditions being true and false. */
function suppositionsOf<Facts extends object>({ steps }: SagaDefinition<Facts>): Supposed[] {
  const conditions = [...new Set(steps.flatMap(({ when }) => when?.description ?? []))];
  return Array.from({ length: 2 ** conditions.length }, (_, number) => ({
    conditions: conditions.filter((_condition, position) => (number >> position) % 2 === 0),
  }));
}

function happeningsOf({ steps, callOff }: SagaDefinition<Supposed>): Happening[] {
  const answers = steps.flatMap((step) =>
    [step.done, step.refused ?? [], step.compensation?.done ?? []].flat(),
  );
  const events = new Map(answers.map((answer) => [nameOf(answer), answer]));
  return [
    ...[...events].map(([name, { event, where }]): Happening => {
      const happened = Object.assign(Object.create(event.prototype as object) as object, where);
      return { name, apply: (machine, instance) => machine.on(instance, happened, BEGINNING) };
    }),
    ...(callOff
      ? [
          {
            name: 'called off',
            apply: (machine, instance) => machine.requestUndo(instance, callOff.outcome, callOff.reason),
          } satisfies Happening,
        ]
      : []),
    ...steps.flatMap(({ name: step, deadline }): Happening[] => {
      const isWaiting = (instance: SagaInstance<Supposed>): boolean => instance.steps[step] === 'sent';
      const name = deadline ? `no answer for ${durationOf(deadline.afterMs)}` : '';
      return deadline
        ? [
            {
              name,
              apply: (machine, instance) =>
                isWaiting(instance) ? machine.onDeadline(instance, END_OF_TIME) : null,
            },
          ]
        : [];
    }),
  ];
}

function nameOf({ event, where }: Answer): string {
  const fields = Object.entries(where ?? {}).map(([field, value]) => `${field} = ${String(value)}`);
  return fields.length > 0 ? `${event.name} (${fields.join(', ')})` : event.name;
}

/** A process is where its waiting step is; several steps may show the same state to clients. */
function nodeOf<Facts extends object>(
  { steps }: SagaDefinition<Facts>,
  instance: SagaInstance<Supposed>,
): { id: string; label: string } {
  if (instance.final) return { id: idOf('end', instance.state), label: instance.state };
  const sent = steps.find(({ name }) => instance.steps[name] === 'sent');
  if (sent && instance.outcome === undefined) return { id: idOf('step', sent.name), label: instance.state };
  const undoing = steps.find(({ name }) => instance.steps[name] === 'undoing')?.name ?? '';
  const label = `${instance.state} ${undoing}`.trim();
  // What is left to undo after the pivot is less, so that the process goes other ways from there.
  const pivot = steps.find(({ kind, name }) => kind === 'pivot' && instance.steps[name] === 'done');
  return pivot
    ? { id: idOf('undo_late', undoing), label: `${label} after ${pivot.name}` }
    : { id: idOf('undo', undoing), label };
}

const idOf = (kind: SagaNodeKind, name: string): string => `${kind}_${name.replace(/[^a-z0-9]+/gi, '_')}`;
const kindOf = (id: string): SagaNodeKind => /^(step|undo_late|undo|end)_/.exec(id)![1] as SagaNodeKind;

/**
 * One arrow for everything that leads from one state to another under the same conditions with the same
 * commands.
 */
function joined(
  edges: readonly Edge[],
  reached: ReadonlyMap<string, ReadonlySet<Supposed>>,
): { from: string; to: string; label: string }[] {
  const arrows = new Map<string, { from: string; to: string; happenings: string[]; rest: string }>();
  for (const { from, to, happening, commands, under } of edges) {
    const isGuarded = happening.endsWith(']');
    const condition = isGuarded ? '' : conditionOf(under, reached.get(from) ?? under);
    const rest = `${condition && ` [${condition}]`}${commands && ` / ${commands}`}`;
    const key = [from, to, rest, isGuarded].join('|');
    const arrow = arrows.get(key) ?? { from, to, happenings: [], rest };
    arrow.happenings.push(happening);
    arrows.set(key, arrow);
  }
  // A colon or semicolon would end the label.
  return [...arrows.values()].map(({ from, to, happenings, rest }) => ({
    from,
    to,
    label: `${happenings.join(' or ')}${rest}`.replace(/[:;]/g, ','),
  }));
}

/** What tells the suppositions of an edge from all those under which its beginning is reached. */
function conditionOf(under: ReadonlySet<Supposed>, all: ReadonlySet<Supposed>): string {
  if (under.size === all.size) return '';
  const described = [...new Set([...all].flatMap(({ conditions }) => conditions))];
  const parts = described.flatMap((condition) => {
    const holds = (among: ReadonlySet<Supposed>): number =>
      [...among].filter(({ conditions }) => conditions.includes(condition)).length;
    if (holds(all) === all.size) return [];
    if (holds(under) === under.size) return [`if ${condition}`];
    return holds(under) === 0 ? [`unless ${condition}`] : [];
  });
  return parts.join(' and ');
}

function durationOf(milliseconds: number): string {
  const [size, unit] = (
    [
      [86_400_000, 'd'],
      [3_600_000, 'h'],
      [60_000, 'min'],
      [1_000, 's'],
      [1, 'ms'],
    ] as const
  ).find(([of]) => milliseconds % of === 0)!;
  return `${milliseconds / size} ${unit}`;
}
