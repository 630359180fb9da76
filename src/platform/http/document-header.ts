import { ApiHeader, type ApiHeaderOptions } from '@nestjs/swagger';

/** Lets a parameter decorator that reads a header describe that header in the OpenAPI document. */
export const documentsHeader =
  (options: ApiHeaderOptions): ParameterDecorator =>
  (target, method) => {
    const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
    if (method !== undefined && descriptor)
      ApiHeader({ required: false, ...options })(target, method, descriptor);
  };
