import type { Request, Response } from 'express';

/**
 * A page that leads on: where each link goes, and what is there. Paths only; nothing of it comes from a
 * request.
 */
export interface FrontPage {
  readonly title: string;
  readonly links: Readonly<Record<string, string>>;
}

/** As OpenAPI describes it. */
export const FRONT_PAGE = {
  'application/json': {
    schema: {
      type: 'object',
      required: ['title', 'links'],
      properties: {
        title: { type: 'string' },
        links: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
  },
  'text/html': { schema: { type: 'string' } },
};

/** Shows it as JSON, or to browsers as a page. */
export function showFrontPage(request: Request, response: Response, page: FrontPage): void {
  response.vary('Accept');
  if (request.accepts(['json', 'html']) !== 'html') return void response.json(page);
  const links = Object.entries(page.links).map(
    ([path, what]) => `<li><a href="${path}">${path}</a>: ${what}</li>`,
  );
  response
    .type('html')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>${page.title}</title><h1>${page.title}</h1><ul>${links.join('')}</ul></html>`,
    );
}
