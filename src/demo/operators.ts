import { ApiClient } from './api-client';

/** Answers what is asked with a GET. */
export type Asked = Pick<ApiClient, 'get'>;

/**
 * The operator's APIs of all processes of an application, asked as one: counts are added up, and what holds
 * has to hold everywhere.
 */
export class Operators implements Asked {
  private readonly apis: readonly ApiClient[];

  constructor(urls: readonly string[]) {
    this.apis = urls.map((url) => new ApiClient(url));
  }

  async get<T>(path: string): Promise<T> {
    const answers = await Promise.all(this.apis.map((api) => api.get<Record<string, unknown>>(path)));
    return answers.reduce((sum, answer) =>
      Object.fromEntries(Object.entries(sum).map(([name, value]) => [name, together(value, answer[name])])),
    ) as T;
  }

  close(): void {
    for (const api of this.apis) api.close();
  }
}

function together(one: unknown, other: unknown): unknown {
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  return one === true && other === true;
}
