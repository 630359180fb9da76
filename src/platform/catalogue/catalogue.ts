import type { ContractKind } from '../messages/contract';

/**
 * What there is in an application and how it hangs together, as plain data: all of its modules, wherever they
 * run. Fields may be added; those that are here keep their names and meaning. Lists are sorted by name, but
 * modules, which have the order of the application, and steps.
 */
export interface Catalogue {
  readonly application: { readonly title: string; readonly version: string };
  readonly modules: readonly CatalogueModule[];
  readonly messages: readonly CatalogueMessage[];
  readonly subscriptions: readonly CatalogueSubscription[];
  readonly sagas: readonly CatalogueSaga[];
  readonly jobs: readonly CatalogueJob[];
  readonly routes: readonly CatalogueRoute[];
}

/** One bounded context. */
export interface CatalogueModule {
  readonly name: string;
  /** The team to ask; null where the module does not say. */
  readonly owner: string | null;
  /** Null where its class has no comment. */
  readonly summary: string | null;
  /** The modules whose answers it waits for. */
  readonly waitsFor: readonly string[];
}

/** One event, command or query. */
export interface CatalogueMessage {
  readonly name: string;
  readonly kind: ContractKind;
  /** The module that publishes the event, or answers the command or query. */
  readonly module: string;
  /** The one that is published now. */
  readonly version: number;
  readonly className: string;
  /** The fields that hold personal data; `answer` is what it is answered with. */
  readonly personalData: readonly string[];
  readonly summary: string | null;
  /** The class that answers a command or query; null for an event. */
  readonly answeredBy: string | null;
  /** Where it comes from: code that makes it. */
  readonly from: readonly Origin[];
  /** The subscriptions that hand it to a module. */
  readonly handledBy: readonly MessageReader[];
  /** The events that may follow in the same unit of work, where a handler of the command makes them. */
  readonly leadsTo: readonly string[];
}

/** A thing that sends, publishes or asks something. */
export interface Origin {
  readonly kind: 'command' | 'subscription' | 'saga' | 'job' | 'route' | 'module';
  readonly name: string;
  readonly module: string;
}

/** A subscription that takes a message, and the versions of it that its code reads. */
export interface MessageReader {
  readonly subscription: string;
  readonly module: string;
  readonly handledBy: string;
  readonly versions: readonly number[];
}

/** One durable consumer. */
export interface CatalogueSubscription {
  readonly name: string;
  readonly module: string;
  /** `commands` are what sagas send to the module. */
  readonly kind: 'reaction' | 'saga' | 'commands';
  readonly handledBy: string;
  readonly summary: string | null;
  /** The logs that it reads, and what it wants of each. */
  readonly reads: readonly { readonly log: string; readonly messages: readonly string[] }[];
  /** The messages that may follow. */
  readonly leadsTo: readonly string[];
  readonly startAt: 'beginning' | 'now';
  readonly batchSize: number;
  readonly laneGroups: number;
  readonly timeoutMs: number;
  readonly retry: CatalogueRetry;
}

/** What becomes of a message that fails. Times in milliseconds. */
export interface CatalogueRetry {
  /** Failures of the handler before it is parked. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/** One saga. */
export interface CatalogueSaga {
  readonly name: string;
  readonly module: string;
  readonly ownedBy: string;
  readonly summary: string | null;
  readonly startsWith: string;
  readonly completed: string;
  readonly steps: readonly SagaStepEntry[];
  /** Its states; the first arrow comes from `[*]`. */
  readonly states: readonly { readonly id: string; readonly label: string; readonly kind: string }[];
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly label: string }[];
  /** The same, as Mermaid. */
  readonly diagram: string;
}

/** One step of a process. */
export interface SagaStepEntry {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  /** The condition of taking it; null where it always is. */
  readonly when: string | null;
  readonly sends: string | null;
  readonly done: string;
  readonly refused: readonly string[];
  readonly compensation: { readonly sends: string; readonly done: string } | null;
  readonly deadlineMs: number | null;
}

/** One kind of job. */
export interface CatalogueJob {
  readonly name: string;
  readonly module: string;
  readonly handledBy: string;
  readonly summary: string | null;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly leadsTo: readonly string[];
}

/** One operation of the HTTP API. */
export interface CatalogueRoute {
  readonly name: string;
  readonly module: string;
  readonly handledBy: string;
  /** The commands that it executes. */
  readonly leadsTo: readonly string[];
}
