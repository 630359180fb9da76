import type { Catalogue } from './catalogue';

/** One thing in a drawing of what leads to what. */
export interface FlowNode {
  readonly name: string;
  readonly module: string;
  readonly kind: 'route' | 'command' | 'query' | 'event' | 'subscription' | 'saga' | 'job';
}

/** What leads to what: names of nodes. */
export interface Flow {
  readonly nodes: readonly FlowNode[];
  readonly arrows: readonly { readonly from: string; readonly to: string }[];
}

/**
 * All that leads to what: requests to commands, commands to events, events to the subscriptions that handle
 * them, and those to what they send and publish. A subscription that only hands commands over is left out.
 */
export function flowOf({ messages, subscriptions, jobs, routes }: Catalogue): Flow {
  const reacting = subscriptions.filter(({ kind }) => kind !== 'commands');
  const requests = routes.filter(({ leadsTo }) => leadsTo.length > 0);
  const nodes: FlowNode[] = [
    ...requests.map(({ name, module }) => ({ name, module, kind: 'route' as const })),
    ...messages
      .filter(({ kind }) => kind !== 'query')
      .map(({ name, module, kind }) => ({ name, module, kind })),
    ...reacting.map(({ name, module, kind }) => ({
      name,
      module,
      kind: kind === 'saga' ? ('saga' as const) : ('subscription' as const),
    })),
    ...jobs.map(({ name, module }) => ({ name, module, kind: 'job' as const })),
  ];
  const leading = [...requests, ...messages, ...reacting, ...jobs].flatMap(({ name, leadsTo }) =>
    leadsTo.map((to) => ({ from: name, to })),
  );
  const handling = reacting.flatMap(({ name, reads }) =>
    reads.flatMap((read) => read.messages.map((message) => ({ from: message, to: name }))),
  );
  return { nodes, arrows: [...leading, ...handling] };
}

/** The part of it that a module has to do with: what is its own, and what is one arrow away. */
export function flowOfModule(flow: Flow, module: string): Flow {
  const own = new Set(flow.nodes.filter((node) => node.module === module).map(({ name }) => name));
  const arrows = flow.arrows.filter(({ from, to }) => own.has(from) || own.has(to));
  const drawn = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  return { nodes: flow.nodes.filter(({ name }) => drawn.has(name) || own.has(name)), arrows };
}

/** Who sends messages to whom, by module: the names of what goes there. */
export function flowBetweenModules({ messages, subscriptions, modules }: Catalogue): {
  from: string;
  to: string;
  messages: string[];
  calls: boolean;
}[] {
  const found = new Map<string, { from: string; to: string; messages: string[]; calls: boolean }>();
  const at = (from: string, to: string) => {
    const key = `${from} ${to}`;
    if (!found.has(key)) found.set(key, { from, to, messages: [], calls: false });
    return found.get(key)!;
  };
  for (const { module: to, reads } of subscriptions)
    for (const { log: from, messages: names } of reads) {
      const one = at(from, to);
      one.messages = [...new Set([...one.messages, ...names])].sort();
    }
  for (const { name, waitsFor } of modules) for (const other of waitsFor) at(name, other).calls = true;
  const place = (module: string): number => modules.findIndex(({ name }) => name === module);
  const known = new Set(messages.map(({ name }) => name));
  return [...found.values()]
    .filter(({ from, to }) => from !== to)
    .map((one) => ({ ...one, messages: one.messages.filter((name) => known.has(name)) }))
    .sort((one, other) => place(one.from) - place(other.from) || place(one.to) - place(other.to));
}
