import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiNotAcceptableResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { HttpProblem } from '../http/http-problem';
import { binaryHeadersOf, cloudEventOf, STRUCTURED } from '../messages/cloud-event';
import { MessageOperations } from '../subscriptions/message-operations';
import { CLOUD_EVENT, CLOUD_EVENT_HEADERS } from './cloud-event.view';
import { MessagePath } from './ops.request';

/** Messages as CloudEvents, in the two modes of their HTTP binding. */
@Controller('ops/api/messages')
export class MessagesController {
  constructor(private readonly messages: MessageOperations) {}

  @Get(':messageId')
  @ApiOperation({
    operationId: 'showMessage',
    summary: 'Shows a message as a CloudEvent',
    description:
      `As it was published. In structured mode where \`Accept\` takes \`${STRUCTURED}\` or anything; in binary mode, ` +
      'with the attributes in `ce-` headers and the data as the body, where it takes `application/json` rather.',
  })
  @ApiOkResponse({ content: CLOUD_EVENT, headers: CLOUD_EVENT_HEADERS })
  @ApiNotAcceptableResponse({ description: 'A message is shown in neither media type of `Accept`.' })
  async show(
    @Param() { messageId }: MessagePath,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    response.vary('Accept');
    const type = request.accepts([STRUCTURED, 'application/json']);
    if (type === false)
      throw new HttpProblem(
        406,
        'request.not-acceptable',
        `A message is shown as ${STRUCTURED} or as application/json. Accept one of them.`,
      );
    const event = cloudEventOf(await this.messages.find(messageId));
    if (type === STRUCTURED)
      response.set('Content-Type', `${STRUCTURED}; charset=utf-8`).end(JSON.stringify(event));
    // Express would add a charset, which is no part of the data's media type.
    else response.setHeaders(new Map(Object.entries(binaryHeadersOf(event)))).end(JSON.stringify(event.data));
  }
}
