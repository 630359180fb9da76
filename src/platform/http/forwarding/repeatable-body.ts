import type { Request } from 'express';

/** Methods that have one effect however often they are sent: RFC 9110 section 9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * Reads the body of a request that may be sent again, so that it can be; empty where it has none. Undefined,
 * and nothing is read, where the request must be sent once, because it could have its effect twice or be
 * refused for what it has done itself, or is larger than `limit`.
 */
export async function repeatableBody(request: Request, limit: number): Promise<Buffer | undefined> {
  const { headers, method } = request;
  if (!IDEMPOTENT.has(method) && !(method === 'POST' && headers['idempotency-key'] !== undefined))
    return undefined;
  if (headers['if-match'] !== undefined || headers['transfer-encoding'] !== undefined) return undefined;
  const length = Number(headers['content-length'] ?? 0);
  if (!(length <= limit)) return undefined;
  const chunks: Buffer[] = [];
  if (length > 0) for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
