/** A problem document as OpenAPI describes it. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'A problem document, RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance', 'correlationId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', examples: ['/problems/<module>.<refusal>'] },
    title: { type: 'string', examples: ['Unprocessable Entity'] },
    status: { type: 'integer', examples: [422] },
    detail: { type: 'string', description: 'For people.' },
    code: { type: 'string', description: 'Stable, for programs.', examples: ['<module>.<refusal>'] },
    instance: { type: 'string', description: 'The path that was asked for.' },
    correlationId: { type: 'string', description: 'Finds the request in the logs.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON pointer to the field; empty for the whole request.',
            examples: ['/lines/3/quantity'],
          },
          code: { type: 'string', examples: ['<module>.line.quantity-not-positive'] },
          message: { type: 'string' },
        },
      },
    },
    existing: {
      type: 'object',
      description: 'What is there already and stands in the way of a new one.',
      required: ['id', 'href'],
      properties: {
        id: { type: 'string' },
        href: { type: 'string', format: 'uri-reference', examples: ['/things/<thingId>'] },
      },
    },
  },
};
