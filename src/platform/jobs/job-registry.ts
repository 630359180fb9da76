import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { boundedContextOf } from '../bounded-context';
import { type DurableJob, jobDefinitionOf } from './job-handler';
import type { RegisteredJob } from './job-runner';

/** Finds the job handlers of this process and the module each belongs to. */
@Injectable()
export class JobRegistry {
  constructor(private readonly discovery: DiscoveryService) {}

  /** The handlers by module. Throws, naming them, when two handle the same type or one is outside its module. */
  byModule(): Map<string, RegisteredJob[]> {
    const modules = new Map<string, RegisteredJob[]>();
    const owners = new Map<string, string>();
    for (const { metatype, instance, host } of this.discovery.getProviders()) {
      const definition = metatype ? jobDefinitionOf(metatype) : undefined;
      if (!metatype || !definition) continue;
      const other = owners.get(definition.type);
      if (other) throw new Error(`${other} and ${metatype.name} both handle the job "${definition.type}". A job has one handler.`);
      owners.set(definition.type, metatype.name);
      const module = boundedContextOf(host?.metatype ?? undefined)?.name;
      if (!module || !definition.type.startsWith(`${module}.`)) {
        throw new Error(
          `${metatype.name} handles the job "${definition.type}" but is provided by ${host?.metatype?.name ?? 'no module'}. Provide it in the module that the type starts with.`,
        );
      }
      const registered = { definition, handler: instance as DurableJob<object, unknown> };
      modules.set(module, [...(modules.get(module) ?? []), registered]);
    }
    return modules;
  }
}
