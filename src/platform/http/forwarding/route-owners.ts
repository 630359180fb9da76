import { pathToRegexp } from 'path-to-regexp';
import type { DeclaredRoute } from '../../topology/declared-routes';

type Route = Pick<DeclaredRoute, 'method' | 'path' | 'module'>;

/**
 * Knows which module answers a request, by the rules of Express: capitals make a difference, and a slash at
 * the end makes none.
 */
export class RouteOwners {
  private readonly routes: readonly { route: Route; regexp: RegExp }[];

  /** Of several routes that match, the first counts, as where they are registered. */
  constructor(routes: readonly Route[]) {
    this.routes = routes.map((route) => ({
      route,
      regexp: pathToRegexp(route.path, { sensitive: true }).regexp,
    }));
  }

  /**
   * The route that answers; where the path answers other methods only, one of those, because its module says
   * which.
   */
  find(method: string, path: string): Route | undefined {
    const wanted = method === 'HEAD' ? 'GET' : method;
    let ofPath: Route | undefined;
    for (const { route, regexp } of this.routes) {
      if (!regexp.test(path)) continue;
      if (route.method === wanted || route.method === 'ALL') return route;
      ofPath ??= route;
    }
    return ofPath;
  }
}
