import { STRUCTURED } from '../messages/cloud-event';

const text = (description: string, more: object = {}) => ({
  type: 'string',
  minLength: 1,
  description,
  ...more,
});

/** The attributes, as a CloudEvent's JSON has them and its headers with `ce-` before the name. */
const ATTRIBUTES = {
  specversion: { type: 'string', enum: ['1.0'], description: 'Of CloudEvents.' },
  id: text("The message's id.", { format: 'uuid' }),
  source: text('The module that published it.', { format: 'uri-reference', examples: ['/orders'] }),
  type: text("The contract's name.", { examples: ['orders.order-placed'] }),
  subject: text('The key by which it is ordered.'),
  time: text('When it was published.', { format: 'date-time' }),
  dataschema: text('Names the JSON Schema of the data.', {
    format: 'uri',
    examples: ['urn:seamline:orders.order-placed:v1'],
  }),
  partitionkey: text('The key by which it is ordered.'),
  sequence: text('Its place in the log of its source: sorts as text as the messages do.', {
    pattern: '^[0-9]{10}\\.[0-9]{19}\\.[0-9]{19}$',
  }),
  correlationid: text('The same for everything that follows from one request.'),
  causationid: text('The id of the message that caused it; absent where a request did.'),
  traceparent: text('W3C Trace Context.'),
};

const OPTIONAL = ['causationid', 'traceparent'];
const REQUIRED = Object.keys(ATTRIBUTES).filter((name) => !OPTIONAL.includes(name));

/** Structured and binary, as OpenAPI describes them. */
export const CLOUD_EVENT = {
  [STRUCTURED]: {
    schema: {
      type: 'object',
      required: [...REQUIRED, 'datacontenttype', 'data'],
      properties: {
        ...ATTRIBUTES,
        datacontenttype: { type: 'string', enum: ['application/json'] },
        data: { type: 'object', additionalProperties: true },
      },
    },
  },
  'application/json': {
    schema: { type: 'object', additionalProperties: true, description: 'The data alone.' },
  },
};

/** In binary mode. */
export const CLOUD_EVENT_HEADERS = Object.fromEntries(
  Object.entries(ATTRIBUTES).map(([name, { description }]) => [
    `ce-${name}`,
    { description: `In binary mode, percent-encoded. ${description}`, schema: { type: 'string' } },
  ]),
);
