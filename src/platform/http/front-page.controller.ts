import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { FRONT_PAGE, type FrontPage, showFrontPage } from './front-page';
import { DOCS_PATH, DOCUMENT_PATH } from './open-api';
import { OpenApiInfo } from './open-api-info';

const LINKS: FrontPage['links'] = {
  [DOCS_PATH]: 'the documentation, to try it out',
  [DOCUMENT_PATH]: 'the OpenAPI document',
  '/catalogue': 'the catalogue: modules, messages, and who depends on whom',
  '/health/live': 'whether the process runs',
  '/health/ready': 'whether it can take requests',
};

/** The page at the address itself, from which links lead to everything else. */
@ApiTags('observability')
@Controller()
export class FrontPageController {
  constructor(private readonly info: OpenApiInfo) {}

  @Get()
  @ApiOperation({ operationId: 'showFrontPage', summary: 'Says where everything is' })
  @ApiOkResponse({ content: FRONT_PAGE })
  show(@Req() request: Request, @Res() response: Response): void {
    showFrontPage(request, response, { title: this.info.title, links: LINKS });
  }
}
