import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { instancesIn, type ProvidedClass } from '../hosting/provided-class';
import { type DurableJob, type JobDefinition, jobDefinitionOf } from './job-handler';
import type { RegisteredJob } from './job-runner';

/** A job's handler as its decorator declares it. */
export interface DeclaredJob<Provided extends ProvidedClass = ProvidedClass> {
  definition: JobDefinition;
  module: string;
  provided: Provided;
}

/** Finds the job handlers of this process and the module each belongs to. */
@Injectable()
export class JobRegistry {
  private types: ReadonlyMap<string, string> | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /** The class that handles each type of job in this process, by the type. */
  get handledBy(): ReadonlyMap<string, string> {
    this.types ??= new Map(
      jobsAmong(instancesIn(this.discovery)).map(({ definition, provided }) => [
        definition.type,
        provided.type.name,
      ]),
    );
    return this.types;
  }

  /**
   * The handlers by module. Throws, naming them, when two handle the same type or one is outside its module.
   */
  byModule(): Map<string, RegisteredJob[]> {
    const modules = new Map<string, RegisteredJob[]>();
    for (const { definition, module, provided } of jobsAmong(instancesIn(this.discovery))) {
      const registered = { definition, handler: provided.instance as DurableJob<object, unknown> };
      modules.set(module, [...(modules.get(module) ?? []), registered]);
    }
    return modules;
  }
}

/**
 * The job handlers among some classes. Throws, naming them, when two handle the same type or one is outside
 * its module.
 */
export function jobsAmong<Provided extends ProvidedClass>(
  classes: readonly Provided[],
): DeclaredJob<Provided>[] {
  const owners = new Map<string, string>();
  return classes.flatMap((provided) => {
    const { type, module } = provided;
    const definition = jobDefinitionOf(type);
    if (!definition) return [];
    const other = owners.get(definition.type);
    if (other)
      throw new Error(
        `${other} and ${type.name} both handle the job "${definition.type}". A job has one handler.`,
      );
    owners.set(definition.type, type.name);
    if (!module || !definition.type.startsWith(`${module}.`)) {
      throw new Error(
        `${type.name} handles the job "${definition.type}" but is provided by ${module ?? 'no module'}. Provide it in the module that the type starts with.`,
      );
    }
    return [{ definition, module, provided }];
  });
}
