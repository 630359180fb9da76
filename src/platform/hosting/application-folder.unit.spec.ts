import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ApplicationFolder, migrationsFolderOf, modulesFolderOf } from './application-folder';
import { BoundedContext } from './bounded-context';
import { hostedPartOf } from './bounded-contexts';
import { Hosting } from './hosting';

describe('the folder of an application', () => {
  @BoundedContext({ name: 'catalog' })
  class Catalog {}
  @BoundedContext({ name: 'pricing' })
  class Pricing {}
  const folder = join('/somewhere', 'else', 'src');

  @ApplicationFolder(folder)
  @Module({ imports: [Catalog, Pricing] })
  class Root {}

  it('has the modules, and the migrations beside it', () => {
    expect(modulesFolderOf(Root)).toBe(join('/somewhere', 'else', 'src', 'modules'));
    expect(migrationsFolderOf(Root)).toBe(join('/somewhere', 'else', 'migrations'));
  });

  it('is that of the whole application where a process hosts a part of it', () => {
    const part = hostedPartOf(Root, new Hosting(['catalog', 'pricing'], ['catalog']));
    expect(part).not.toBe(Root);
    expect(modulesFolderOf(part)).toBe(modulesFolderOf(Root));
  });

  it('is asked for where migrations are needed, with the way out', () => {
    class Nowhere {}
    expect(modulesFolderOf(Nowhere)).toBeUndefined();
    expect(() => migrationsFolderOf(Nowhere)).toThrow(
      "The root module Nowhere does not say where the application's code is, so its migrations cannot be found. Put @ApplicationFolder(__dirname) above it.",
    );
  });
});
