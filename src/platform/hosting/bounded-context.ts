import 'reflect-metadata';
import type { EntitySchema } from 'typeorm';
import type { ModuleSettings } from '../config/module-settings';

export interface BoundedContextOptions {
  /**
   * The module's name: its folder, its schema, its database role and the first part of its contracts' names.
   */
  name: string;
  /** The team to ask about the module, for people. */
  owner?: string;
  /** The tables that the module maps to classes. */
  entities?: EntitySchema[];
  /** The class of the module's own settings, which its providers may inject. */
  settings?: ModuleSettings;
}

const BOUNDED_CONTEXT = Symbol('seamline:bounded-context');

/** Marks a NestJS module as a bounded context that owns a schema, a role and a log. */
export const BoundedContext =
  (options: BoundedContextOptions): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(BOUNDED_CONTEXT, options, target);

/** The bounded context that a NestJS module class is, if it is one. */
export const boundedContextOf = (moduleClass: object | undefined): BoundedContextOptions | undefined =>
  moduleClass && (Reflect.getMetadata(BOUNDED_CONTEXT, moduleClass) as BoundedContextOptions | undefined);
