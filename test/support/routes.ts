import type { NestExpressApplication } from '@nestjs/platform-express';

interface ExpressRouter {
  stack: { route?: { path: string; methods: Record<string, boolean> } }[];
}

/** The pages of the documentation, which are no part of the API. */
export const DOCUMENTATION = /^\/(docs|openapi|catalogue)/;

/** Every route that the application really answers, as `get /orders/{orderId}`, sorted. */
export function routesOf(app: NestExpressApplication): string[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: ExpressRouter };
  return router.stack
    .flatMap(({ route }) =>
      route && !DOCUMENTATION.test(route.path)
        ? Object.keys(route.methods).map((method) => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`)
        : [],
    )
    .sort();
}
