import type { Catalogue } from '../catalogue';
import { type Flow, flowBetweenModules, type FlowNode } from '../flow';

/** How a kind of thing is drawn: round what starts something, a hexagon what goes on by itself. */
const SHAPES: Readonly<Record<FlowNode['kind'], readonly [string, string]>> = {
  route: ['[/', '/]'],
  command: ['[', ']'],
  query: ['[', ']'],
  event: ['(', ')'],
  subscription: ['{{', '}}'],
  saga: ['{{', '}}'],
  job: ['[[', ']]'],
};

/** Who sends messages to whom, as a Mermaid flowchart. */
export function modulesChart(catalogue: Catalogue): string[] {
  return [
    'flowchart LR',
    ...catalogue.modules.map(({ name }) => `    ${idOf(name)}["${quoted(name)}"]`),
    ...flowBetweenModules(catalogue).flatMap(({ from, to, messages, calls }) => [
      ...(messages.length > 0 ? [`    ${idOf(from)} -->|"${messages.length}"| ${idOf(to)}`] : []),
      ...(calls ? [`    ${idOf(from)} -.->|"asks"| ${idOf(to)}`] : []),
    ]),
  ];
}

/** What leads to what, as a Mermaid flowchart with a box for each module. */
export function flowChart({ nodes, arrows }: Flow): string[] {
  const modules = [...new Set(nodes.map(({ module }) => module))];
  return [
    'flowchart LR',
    ...modules.flatMap((module) => [
      `    subgraph ${idOf(`module ${module}`)}["${quoted(module)}"]`,
      ...nodes.filter((node) => node.module === module).map((node) => `        ${drawn(node)}`),
      '    end',
    ]),
    ...arrows.map(({ from, to }) => `    ${idOf(from)} --> ${idOf(to)}`),
  ];
}

function drawn({ name, kind }: FlowNode): string {
  const [begin, end] = SHAPES[kind];
  const label = kind === 'route' ? name : name.slice(name.indexOf('.') + 1);
  return `${idOf(name)}${begin}"${quoted(label)}"${end}`;
}

/** Mermaid reads these as something else. */
const quoted = (text: string): string => text.replace(/"/g, '#quot;').replace(/</g, '#lt;');
const idOf = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '_');
