import type { HttpServer } from '@nestjs/common';

/** The part of Express's router that knows its routes. */
interface RouteLayer {
  route?: { methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** The methods that the path answers, in capitals; none when the path is unknown. */
export function allowedMethods(adapter: HttpServer, path: string): string[] {
  const { router } = adapter.getInstance() as { router?: { stack: RouteLayer[] } };
  const allowed = new Set<string>();
  for (const layer of router?.stack ?? []) {
    if (!layer.route || !matches(layer, path)) continue;
    for (const method of Object.keys(layer.route.methods)) allowed.add(method.toUpperCase());
  }
  if (allowed.has('GET')) allowed.add('HEAD');
  allowed.delete('_ALL');
  return [...allowed].sort();
}

function matches(layer: RouteLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
