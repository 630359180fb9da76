import 'reflect-metadata';
import { type Callable, isCallable, type LoadedFile } from './module-files';

/** A function of a module. */
interface Unit {
  /** The class that has it; undefined for a function of its own. */
  readonly owner: Callable | undefined;
  readonly name: string;
  readonly text: string;
}

const MADE = /\bnew\s+(?:[\w$]+\.)*([A-Z][\w$]*)\s*\(/g;
const OF_CLASS = /\b([A-Z][\w$]*)\.([A-Za-z_$][\w$]*)/g;
const OF_ITSELF = /\bthis\.([\w$]+)/g;
const OF_INJECTED = /\bthis\.([\w$]+)\.([\w$]+)/g;
const OF_OBJECT = /(?<!this\.[\w$]*)(?<=[a-z0-9_$)\]][?!]?)\.([a-z_$][\w$]*)\(/g;
const FUNCTION = /(?:^|[^.\w$]|\(0, [\w$]+\.)([a-z_$][\w$]*)\)?\s*\(/g;

/**
 * Follows the code of a module from a class on, by what it calls: what is injected by its type, everything
 * else by its name, in the classes of the module that are not injected. So it finds what may happen, which
 * can be more than what does. Functions that a file does not export are not seen.
 */
export class CodePaths {
  private readonly byName = new Map<string, Unit[]>();
  private readonly injected: ReadonlySet<unknown>;

  /** `provided` are the classes that the module lists: what NestJS makes. */
  constructor(files: readonly LoadedFile[], provided: readonly object[]) {
    for (const unit of files.flatMap(({ exported }) => exported.flatMap(unitsOf)))
      this.byName.set(unit.name, [...(this.byName.get(unit.name) ?? []), unit]);
    this.injected = new Set(provided);
  }

  /** The names of the classes that code from all methods of a class on may make instances of. */
  madeFrom(type: Callable): ReadonlySet<string> {
    const open = unitsOf(type).filter(({ name }) => name !== 'prefetch');
    const seen = new Set(open.map(keyOf));
    const made = new Set<string>();
    for (let unit = open.pop(); unit; unit = open.pop()) {
      for (const [, type] of unit.text.matchAll(MADE)) made.add(type);
      for (const next of this.calledBy(unit)) {
        if (seen.has(keyOf(next))) continue;
        seen.add(keyOf(next));
        open.push(next);
      }
    }
    return made;
  }

  private calledBy({ text, owner }: Unit): Unit[] {
    const injections = owner ? injectionsOf(owner) : new Map<string, Callable>();
    const isFree = (unit: Unit): boolean => unit.owner !== undefined && !this.injected.has(unit.owner);
    return [
      ...[...text.matchAll(OF_CLASS)].flatMap(([, type, name]) =>
        this.named(name, (unit) => unit.owner?.name === type),
      ),
      ...[...text.matchAll(OF_ITSELF)].flatMap(([, name]) =>
        this.named(name, (unit) => isA(owner, unit.owner)),
      ),
      ...[...text.matchAll(OF_INJECTED)].flatMap(([, field, name]) => {
        const type = injections.get(field);
        return this.named(name, type ? (unit) => isA(type, unit.owner) || isA(unit.owner, type) : isFree);
      }),
      ...[...text.matchAll(OF_OBJECT)].flatMap(([, name]) => this.named(name, isFree)),
      ...[...text.matchAll(FUNCTION)].flatMap(([, name]) =>
        this.named(name, (unit) => unit.owner === undefined),
      ),
    ];
  }

  private named(name: string, holds: (unit: Unit) => boolean): Unit[] {
    return (this.byName.get(name) ?? []).filter(holds);
  }
}

const keyOf = ({ owner, name }: Unit): string => `${owner?.name}.${name}`;

const chainOf = (type: object | null): unknown[] =>
  type === null ? [] : [type, ...chainOf(Object.getPrototypeOf(type) as object | null)];

const isA = (type: object | undefined, parent: object | undefined): boolean =>
  type !== undefined && parent !== undefined && (type === parent || chainOf(type).includes(parent));

/** By the fields that hold them, the types of what a class is made with. */
export function injectionsOf(type: Callable): Map<string, Callable> {
  const types = (Reflect.getMetadata('design:paramtypes', type) ?? []) as unknown[];
  const [, names = ''] = /\bconstructor\s*\(([^)]*)\)/.exec(textOf(type)) ?? [];
  return new Map(
    names.split(',').flatMap((name, place) => {
      const injected = types[place];
      return isCallable(injected) ? [[name.trim(), injected] as const] : [];
    }),
  );
}

function unitsOf(value: unknown): Unit[] {
  if (!isCallable(value)) return [];
  const { prototype } = value as { prototype?: object };
  if (!prototype || !/^class\b/.test(textOf(value)))
    return [{ owner: undefined, name: value.name, text: textOf(value) }];
  return [...functionsOf(value, prototype), ...functionsOf(value, value)];
}

const functionsOf = (owner: Callable, holder: object): Unit[] =>
  Object.entries(Object.getOwnPropertyDescriptors(holder)).flatMap(([name, descriptor]) => {
    const parts = Object.values({ ...descriptor } as Record<string, unknown>)
      .filter(isCallable)
      .filter((part) => part !== owner);
    return parts.length > 0 ? [{ owner, name, text: parts.map(textOf).join('\n') }] : [];
  });

const textOf = (callable: object): string => Function.prototype.toString.call(callable);
