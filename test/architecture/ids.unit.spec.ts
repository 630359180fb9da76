import 'reflect-metadata';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { getMetadataStorage } from 'class-validator';
import { AppModule } from '../../src/app.module';
import { topologyOf } from '../../src/platform/topology/topology';
import { RequestValidationPipe } from '../../src/platform/http/validation.pipe';
import { type Contract, contractOf } from '../../src/platform/messages/contract';
import { parseMessage, validateMessage } from '../../src/platform/messages/validate-message';
import { OpsController } from '../../src/platform/ops/ops.controller';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';

const ITEM_ID = String(/^[A-Z0-9][A-Z0-9 ._/+&-]{0,39}$/);
const CAPITALS = '0194ABCD-0000-7000-8000-00000000ABCD';
const ID = CAPITALS.toLowerCase();

/** Fields that look like ids and take any text, with the place where they get their one spelling. */
const ANY_TEXT: Readonly<Record<string, string>> = {
  'PlaceOrderRequest.customerId': 'the request spells it; a malformed one is a reason of the refusal',
  'PlaceOrder.customerId': "its handler takes the customer's id from the customer's row",
  'OrderLineRequest.itemId': 'an item is found by its exact code or not at all',
  'RequestedLine.itemId': 'an item is found by its exact code or not at all',
  'ReturnedItemRequest.itemId': 'a line of the order is found by the exact code or not at all',
  'ReturnedItem.itemId': 'a line of the order is found by the exact code or not at all',
};

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;

const rulesOf = (type: Type): Rules =>
  getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);

/** A class with the classes of its parts. */
function withParts(type: Type, found = new Set<Type>()): Set<Type> {
  if (found.has(type)) return found;
  found.add(type);
  for (const { propertyName, type: rule } of rulesOf(type)) {
    const part = defaultMetadataStorage.findTypeMetadata(type, propertyName)?.typeFunction() as
      Type | undefined;
    if (rule === 'nestedValidation' && part) withParts(part, found);
  }
  return found;
}

/** The fields of a class that are ids by their name, and that nothing gives one spelling. */
function unspelt(type: Type): string[] {
  const rules = rulesOf(type);
  const names = new Set(
    rules.map(({ propertyName }) => propertyName).filter((name) => /(^i|I)ds?$/.test(name)),
  );
  return [...names]
    .filter((field) => {
      const own = rules.filter(({ propertyName }) => propertyName === field);
      return !own.some(
        ({ name, constraints }) =>
          name === 'isUuid' || (name === 'matches' && String(constraints?.[0]) === ITEM_ID),
      );
    })
    .map((field) => `${type.name}.${field}`);
}

const uuidFieldsOf = (type: Type) => rulesOf(type).filter(({ name }) => name === 'isUuid');

interface Bound {
  where: string;
  kind: RouteParamtypes;
  /** Set where a route takes one named part instead of the whole. */
  part: string | undefined;
  type: Type;
}

/** What the routes of a controller take out of requests. */
function boundBy(controller: Type): Bound[] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    if (name === 'constructor' || Reflect.getMetadata(PATH_METADATA, prototype[name]) === undefined)
      return [];
    const types = Reflect.getMetadata('design:paramtypes', prototype, name) as Type[];
    const bindings = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<
      string,
      { index: number; data?: unknown }
    >;
    // Decorators of our own have keys of another form.
    const known = Object.entries(bindings).filter(([key]) => /^\d+:\d+$/.test(key));
    return known.map(([key, { index, data }]) => ({
      where: `${controller.name}.${name}`,
      kind: Number.parseInt(key),
      type: types[index],
      part: typeof data === 'string' ? data : undefined,
    }));
  });
}

describe('An id has one spelling', () => {
  const contexts = boundedContextsOf(AppModule);
  const controllers = contexts
    .flatMap(({ type }) => (Reflect.getMetadata('controllers', type) ?? []) as Type[])
    .concat(OpsController);
  const bound = controllers.flatMap(boundBy);
  const requests = bound.filter(({ kind }) =>
    [RouteParamtypes.BODY, RouteParamtypes.QUERY, RouteParamtypes.PARAM].includes(kind),
  );

  const published = contexts.flatMap(({ name }) => {
    const folder = join(__dirname, '../../src/modules', name, 'contracts');
    const files = (existsSync(folder) ? readdirSync(folder) : []).filter((file) =>
      /\.(event|command|query)\.ts$/.test(file),
    );
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return files.flatMap((file) => Object.values(require(join(folder, file)) as Record<string, unknown>));
  });
  const hasContract = (value: unknown): value is Type =>
    typeof value === 'function' && /"?seamline:contract/.test(keysOf(value));
  const keysOf = (value: object): string => Reflect.getMetadataKeys(value).map(String).join();
  const { commands, queries } = topologyOf(AppModule);
  const contracts: Contract[] = [
    ...new Set([
      ...published.filter(hasContract).map(contractOf),
      ...[...commands, ...queries].map(({ contract }) => contract),
    ]),
  ];

  it('and this looks at all of them', () => {
    expect(controllers.length).toBeGreaterThan(25);
    expect(requests.length).toBeGreaterThan(40);
    expect(contracts.length).toBeGreaterThan(45);
    expect(
      contracts.flatMap(({ type }) => [...withParts(type)].flatMap(uuidFieldsOf)).length,
    ).toBeGreaterThan(50);
  });

  it('in every path, query and body: routes take them whole, by a class with rules', () => {
    expect(
      requests
        .filter(({ part, type }) => part !== undefined || rulesOf(type).length === 0)
        .map(({ where }) => where),
    ).toEqual([]);
  });

  it('in every header: routes read those that are no ids', () => {
    const headers = bound.filter(({ kind }) => kind === RouteParamtypes.HEADERS).map(({ part }) => part);
    expect([...new Set(headers)]).toEqual(['last-event-id']);
  });

  it('in every field of a request or a contract that is named after one', () => {
    const types = [...requests.map(({ type }) => type), ...contracts.map(({ type }) => type as Type)];
    const all = new Set(types.flatMap((type) => [...withParts(type)]));
    expect([...all].flatMap(unspelt).sort()).toEqual(Object.keys(ANY_TEXT).sort());
  });

  it('and every other text in a body is one line that can be seen, or has a form of its own', () => {
    const forms = new Set([
      'isVisibleText',
      'isUuid',
      'matches',
      'isIn',
      'isISO4217CurrencyCode',
      'isEmail',
      'isMetadata',
    ]);
    const bodies = requests
      .filter(({ kind }) => kind === RouteParamtypes.BODY)
      .flatMap(({ type }) => [...withParts(type)]);
    const texts = [...new Set(bodies)].flatMap((type) =>
      rulesOf(type)
        .filter(({ name }) => name === 'isString')
        .map(({ propertyName }) => ({ type, propertyName })),
    );
    expect(texts.length).toBeGreaterThan(10);
    const anyText = texts.filter(
      ({ type, propertyName }) =>
        !rulesOf(type).some(
          (rule) => rule.propertyName === propertyName && rule.name !== undefined && forms.has(rule.name),
        ),
    );
    const names = anyText.map(({ type, propertyName }) => `${type.name}.${propertyName}`);
    expect(names.filter((name) => !(name in ANY_TEXT))).toEqual([]);
  });

  it.each(
    contracts
      .filter(({ type }) => uuidFieldsOf(type).length > 0)
      .map((contract) => [contract.name, contract] as const),
  )('in %s: refused where it is sent, mended where it is read', (_, contract) => {
    for (const { propertyName: field, each } of uuidFieldsOf(contract.type)) {
      const message = new contract.type({ [field]: each ? [CAPITALS] : CAPITALS });
      expect(() => validateMessage(message, contract)).toThrow(
        new RegExp(`${field}(\\.0)? must be a UUID in lower case`),
      );
      // The other fields are missing, and what is left is said of them alone.
      const complaint = complaintOf(() => parseMessage({ [field]: each ? [CAPITALS] : CAPITALS }, contract));
      expect(complaint).not.toMatch(new RegExp(`\\b${field}\\b`));
    }
  });

  it.each(
    [...new Set(requests.map(({ type }) => type))]
      .filter((type) => uuidFieldsOf(type).length > 0)
      .map((type) => [type.name, type] as const),
  )('in %s: capitals are read, and other forms refused', async (_, type) => {
    const pipe = new RequestValidationPipe();
    for (const { propertyName: field } of uuidFieldsOf(type)) {
      const read = (value: string): Promise<unknown> =>
        pipe.transform({ [field]: value }, { type: 'query', metatype: type });
      await expect(read(CAPITALS)).resolves.toMatchObject({ [field]: ID });
      for (const other of [
        `{${ID}}`,
        ID.replaceAll('-', ''),
        `urn:uuid:${ID}`,
        ` ${ID}`,
        `${ID}\n`,
        ID.replace('a', 'ａ'),
      ]) {
        await expect(read(other)).rejects.toMatchObject({ status: 400, code: 'request.malformed' });
      }
    }
  });
});

function complaintOf(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
