/** How one job is written on the command line: `jobs` prints it, `redrive-job` takes it. */
export const jobName = ({ type, idempotencyKey }: { type: string; idempotencyKey: string }): string =>
  `${type}/${idempotencyKey}`;

/** Reads what `jobName` wrote; undefined when it is nothing of the kind. */
export function jobNamed(name: string): { type: string; idempotencyKey: string } | undefined {
  const [, type, idempotencyKey] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  return type === undefined ? undefined : { type, idempotencyKey };
}
