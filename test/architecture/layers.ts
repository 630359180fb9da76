import { posix } from 'node:path';
import { isSpec, type SourceFile, type Violation, violation } from './source-file.ts';
import { ENTRIES } from './surface.ts';

/**
 * The layers of `src/platform`, lowest first: the one place that orders them. A layer is a folder. It may
 * import the layers of the levels before its own; layers of one level know nothing of each other.
 */
export const LEVELS: readonly (readonly string[])[] = [
  ['kernel'],
  ['schema-compatibility'],
  ['domain'],
  ['config'],
  ['observability', 'hosting'],
  ['database'],
  ['messages'],
  ['unit-of-work'],
  ['log'],
  ['subscriptions'],
  ['jobs', 'sagas'],
  ['topology'],
  ['transport'],
  ['placement'],
  ['provisioning'],
  ['http'],
  ['calls'],
  ['catalogue'],
  ['ops'],
  ['start'],
  ['cli'],
  ['extraction'],
];

const PLATFORM = 'src/platform/';
const levelOf = new Map(LEVELS.flatMap((layers, level) => layers.map((layer) => [layer, level] as const)));
const ORDER = LEVELS.map((layers) => layers.join(', ')).join(' < ');

/**
 * The layer of a file of the platform; undefined for files of other folders, and for those that stand beside
 * the layers.
 */
export const layerOf = (path: string): string | undefined =>
  path.startsWith(PLATFORM) && path.split('/').length > 3 ? path.split('/')[2] : undefined;

/**
 * Imports of the platform go to lower layers, and each of its files stands in one. Specs may use what is
 * above them.
 */
export function layerImports(file: SourceFile): Violation[] {
  if (!file.path.startsWith(PLATFORM) || ENTRIES.includes(file.path)) return [];
  const layer = layerOf(file.path);
  const level = levelOf.get(layer ?? '');
  if (layer === undefined || level === undefined) return [...outsideOfLayers(file, layer)];
  if (isSpec(file.path)) return [];
  return file.imports.flatMap(({ target, line, specifier }) => {
    if (!target?.startsWith(PLATFORM)) return [];
    const other = layerOf(target);
    if (other === layer || (other !== undefined && (levelOf.get(other) ?? -1) < level)) return [];
    return violation(
      file,
      line,
      'imports-go-down',
      other === undefined
        ? `The layer "${layer}" imports "${specifier}", which stands beside the layers.`
        : `The layer "${layer}" imports "${specifier}" of "${other}", which is not below it.`,
      `move what both need into a layer below "${layer}", or declare an abstract class or a parameter in "${layer}" that "${other ?? 'the entry'}" provides. Lowest first: ${ORDER} (test/architecture/layers.ts).`,
    );
  });
}

function outsideOfLayers(file: SourceFile, layer: string | undefined): Violation[] {
  return violation(
    file,
    1,
    'platform-file-has-a-layer',
    layer === undefined ? 'The file stands beside the layers.' : `"${layer}" is no layer.`,
    `move it into the layer whose purpose it serves, or name a new layer in test/architecture/layers.ts. Lowest first: ${ORDER}.`,
  );
}

/**
 * One violation for each group of folders of the platform that import one another in a circle; the subfolders
 * of a layer count, too.
 */
export function folderCycles(files: readonly SourceFile[]): Violation[] {
  const edges = folderImports(files);
  return stronglyConnected(edges)
    .filter((circle) => circle.length > 1)
    .flatMap((circle) => {
      const inside = circle.flatMap((from) =>
        [...edges.get(from)!].flatMap(([to, found]) => (circle.includes(to) ? [found] : [])),
      );
      const { file, line, specifier } = inside[0];
      return violation(
        file,
        line,
        'no-folder-circles',
        `Folders import one another in a circle: ${circle.map((folder) => folder.slice(PLATFORM.length)).join(', ')}. One of the imports is "${specifier}".`,
        'move what both folders need into a third one that imports neither, or make them one folder.',
      );
    });
}

interface FolderImport {
  readonly file: SourceFile;
  readonly line: number;
  readonly specifier: string;
}
type FolderImports = Map<string, Map<string, FolderImport>>;

function folderImports(files: readonly SourceFile[]): FolderImports {
  const edges: FolderImports = new Map();
  for (const file of files) {
    if (!file.path.startsWith(PLATFORM) || isSpec(file.path) || ENTRIES.includes(file.path)) continue;
    const from = posix.dirname(file.path);
    if (!edges.has(from)) edges.set(from, new Map());
    for (const { target, line, specifier } of file.imports) {
      if (!target?.startsWith(PLATFORM)) continue;
      const to = posix.dirname(target);
      if (to !== from && !edges.get(from)!.has(to)) edges.get(from)!.set(to, { file, line, specifier });
    }
  }
  return edges;
}

/** Tarjan's algorithm. */
function stronglyConnected(edges: FolderImports): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const components: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of edges.get(node)?.keys() ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) === index.get(node)) components.push(stack.splice(stack.indexOf(node)));
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return components;
}

/** The layers for people, the highest first, as one reads a drawing. */
export const describeLayers = (): string =>
  [...LEVELS]
    .reverse()
    .map((layers) => `  ${layers.join(' | ')}`)
    .join('\n');
