import { join } from 'node:path';
import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { modulesFolderOf } from '../hosting/application-folder';
import type { DeclaredContext } from '../hosting/bounded-contexts';
import { type Contract, declaredContract } from '../messages/contract';
import { CodePaths } from './code-paths';
import { documentationOf } from './documentation';
import { type Callable, isCallable, type LoadedFile, loadFilesOf } from './module-files';

/** The code of one module, where the application says where it is. */
export class DeclaredCode {
  private readonly files: readonly LoadedFile[];
  private readonly paths: CodePaths;

  constructor(
    root: Type,
    private readonly context: DeclaredContext,
  ) {
    const folder = modulesFolderOf(root);
    const own = folder === undefined ? [] : loadFilesOf(join(folder, context.name));
    // A test's module has the name of one that stands there and is another one.
    this.files = own.some(({ exported }) => exported.includes(context.type)) ? own : [];
    const listed = (what: string) => (Reflect.getMetadata(what, context.type) ?? []) as object[];
    this.paths = new CodePaths(
      this.files.filter(
        ({ exported }) => !exported.some((value) => isCallable(value) && declaredContract(value)),
      ),
      [...listed('providers'), ...listed('controllers')],
    );
  }

  /** All that the module publishes and answers, whether something refers to it or not. */
  get contracts(): Contract[] {
    return this.files.flatMap(({ exported }) =>
      exported.flatMap((value) => {
        const contract = isCallable(value) ? declaredContract(value) : undefined;
        return contract?.module === this.context.name ? [contract] : [];
      }),
    );
  }

  /** The class of this name that the module exports somewhere. */
  classNamed(name: string): Callable | undefined {
    return this.files
      .flatMap(({ exported }) => exported)
      .filter(isCallable)
      .find((value) => value.name === name);
  }

  /** The comment above a class of the module, as one line. */
  documentationOf(type: object & { name: string }): string | null {
    const file = this.files.find(({ exported }) => exported.includes(type));
    return (file && documentationOf(file.path, type.name)) ?? null;
  }

  /** The names of the classes that code from a class on may make instances of. */
  madeFrom(type: Callable): ReadonlySet<string> {
    return this.paths.madeFrom(type);
  }
}
