import 'reflect-metadata';
import type { Type } from '@nestjs/common';

const OPEN_API_INFO = Symbol('seamline:open-api-info');

/**
 * What an application says of its HTTP API as a whole: in the OpenAPI document, and on the page at the
 * address itself.
 */
export class OpenApiInfo {
  readonly title: string = 'API';
  readonly version: string = '0.0.0';
  /** Markdown; what holds for every API on the platform is said below it. */
  readonly description: string = '';
}

/**
 * Says it above the root module: `@ApiInfo({ title: 'Shop', version: '1.0.0', description: 'From an order to
 * a parcel.' })`.
 */
export const ApiInfo =
  (info: OpenApiInfo): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(OPEN_API_INFO, info, target);

/** What the root module says of the API; what can be said of any where it says nothing. */
export const apiInfoOf = (root: Type | undefined): OpenApiInfo =>
  (root && (Reflect.getMetadata(OPEN_API_INFO, root) as OpenApiInfo | undefined)) ?? new OpenApiInfo();
