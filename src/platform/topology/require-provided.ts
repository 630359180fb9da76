import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CONTROLLER_WATERMARK } from '../hosting/nest-metadata';
import { jobDefinitionOf } from '../jobs/job-handler';
import { requestHandledBy, handlesEvents } from '../messages/declared-handlers';
import { subscriptionOf } from '../messages/subscription';
import { sagaOf } from '../sagas/saga-registry';
import type { DeclaredContext } from '../hosting/bounded-contexts';
import { classesProvidedBy } from '../hosting/provided-class';
import { classesIn, filesMentioning } from './source-classes';

/** Only files that name one of these decorators are loaded. */
const DECORATORS = /\b(Subscription|EventsHandler|CommandHandler|QueryHandler|JobHandler|Saga|Controller)\b/;

/**
 * Throws, naming class, file and module, where a class in a module's folder is a reaction, handler, job, saga
 * or controller by its decorator and the module does not provide it: NestJS would never make it, and nothing
 * it is for would ever happen. A module whose class stands elsewhere than in `<its name>.module` of its
 * folder in `folder`, which is the application's of its modules (one that a test declares), has nothing to
 * look at.
 */
export function requireProvided(contexts: readonly DeclaredContext[], folder: string): void {
  const missing = contexts.flatMap((context) => {
    const { name, type } = context;
    const controllers = (Reflect.getMetadata('controllers', type) ?? []) as object[];
    const listed = new Set<object>([
      ...classesProvidedBy(context).map((provided) => provided.type),
      ...controllers,
    ]);
    if (!declares(join(folder, name, `${name}.module`), type)) return [];
    return filesMentioning(join(folder, name), DECORATORS).flatMap((file) =>
      classesIn(file).flatMap((declared) => {
        const kind = listed.has(declared) ? undefined : kindOf(declared);
        if (!kind) return [];
        const list = kind === 'controller' ? 'controllers' : 'providers';
        const where = relative(folder, file).split(sep).join('/');
        return `  - ${declared.name} (${where}) is a ${kind} of the module "${name}", and ${type.name} does not list it. Add the class to its ${list}, or remove it.`;
      }),
    );
  });
  if (missing.length > 0)
    throw new Error(
      `Classes are declared and not provided, so they would never be called:\n${missing.join('\n')}`,
    );
}

function declares(moduleFile: string, { name }: { name: string }): boolean {
  const file = [`${moduleFile}.ts`, `${moduleFile}.js`].find((path) => existsSync(path));
  return file !== undefined && classesIn(file).some((declared) => declared.name === name);
}

function kindOf(declared: object): string | undefined {
  if (subscriptionOf(declared) || handlesEvents(declared)) return 'reaction';
  if (requestHandledBy(declared, 'command')) return 'command handler';
  if (requestHandledBy(declared, 'query')) return 'query handler';
  if (jobDefinitionOf(declared)) return 'job handler';
  if (sagaOf(declared)) return 'saga';
  return Reflect.hasMetadata(CONTROLLER_WATERMARK, declared) ? 'controller' : undefined;
}
