import 'reflect-metadata';

export type ContractKind = 'event' | 'command' | 'query';

/** What a message class promises to other modules and to the log. */
export interface Contract {
  kind: ContractKind;
  /** Stored in every log row and never changed afterwards: `<module>.<message-in-kebab-case>`. */
  name: string;
  /**
   * The module that publishes the event or answers the command or query: the part of the name before the dot.
   */
  module: string;
  version: number;
  /**
   * The lowest version whose readers can read a message of this one: they leave out what they do not know.
   * Undefined where it takes a reader of this version.
   */
  readableSince?: number;
  /** The fields that hold personal data, or `answer` for what a query or command is answered with. */
  personalData?: readonly string[];
  type: MessageClass;
}

/** What a contract's decorator says beside its name. */
export interface ContractOptions {
  /** 1, and one more for each change. A later version needs an upcaster from the one before it. */
  version: number;
  /**
   * The lowest version whose readers may read messages of this one, where all that has come since are fields
   * that they can do without. By default none but readers of this version.
   */
  readableSince?: number;
  /**
   * The fields that hold personal data, with all that is in them; `answer` for what a query or command is
   * answered with. For people and programs that read the catalogue: it changes nothing of the message.
   */
  personalData?: readonly string[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type MessageClass<T extends object = object> = new (fields: any) => T;

const CONTRACT = Symbol('seamline:contract');
const NAME = /^([a-z][a-z0-9-]*)\.[a-z][a-z0-9-]*$/;

function contractDecorator(kind: ContractKind) {
  return (name: string, options: ContractOptions = { version: 1 }): ClassDecorator =>
    (target) => {
      const module = NAME.exec(name)?.[1];
      if (!module) {
        throw new Error(
          `${target.name}: "${name}" is no contract name. Write <module>.<message-name> in lower case, as in "orders.order-placed".`,
        );
      }
      if (!Number.isInteger(options.version) || options.version < 1) {
        throw new Error(
          `${target.name}: the contract version must be a whole number of at least 1, not ${options.version}.`,
        );
      }
      const { version, readableSince } = options;
      if (
        readableSince !== undefined &&
        !(Number.isInteger(readableSince) && readableSince >= 1 && readableSince <= version)
      ) {
        throw new Error(
          `${target.name}: readableSince must be a version of ${name} from 1 to ${version}, not ${readableSince}.`,
        );
      }
      const contract: Contract = {
        kind,
        name,
        module,
        version,
        ...(readableSince !== undefined && { readableSince }),
        ...(options.personalData && { personalData: options.personalData }),
        type: target as unknown as MessageClass,
      };
      Reflect.defineMetadata(CONTRACT, contract, target);
    };
}

/** Gives an event class its stored name and version. Renaming it makes stored messages unreadable. */
export const EventContract = contractDecorator('event');
/** Gives a command class its stored name and version. Renaming it makes stored messages unreadable. */
export const CommandContract = contractDecorator('command');
/** Gives a query class its name and version. */
export const QueryContract = contractDecorator('query');

/** The contract that a class carries, if it does. */
export const declaredContract = (type: object): Contract | undefined =>
  Reflect.getMetadata(CONTRACT, type) as Contract | undefined;

/** The contract of a message or of a message class; throws when the class carries none. */
export function contractOf(message: object): Contract {
  const type = typeof message === 'function' ? message : message.constructor;
  const contract = declaredContract(type);
  if (!contract) {
    throw new Error(
      `${type.name} has no contract. Decorate it with @EventContract, @CommandContract or @QueryContract('<module>.<name>', { version: 1 }).`,
    );
  }
  return contract;
}
