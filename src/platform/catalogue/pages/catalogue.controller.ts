import { Controller, Get, Header, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { HttpProblem } from '../../http/http-problem';
import type { Catalogue } from '../catalogue';
import { nearNames } from '../near-names';
import { Activity, type ApplicationActivity } from './activity';
import { CatalogueName, CatalogueSearch } from './catalogue.request';
import { DescribedApplication } from './described-application';
import { SCRIPT } from './script';
import { STYLESHEET } from './stylesheet';

const CSS = 'text/css; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/**
 * The catalogue of the whole application, for people and as JSON, in each of its processes. No part of the
 * HTTP API that modules have, and not in its document.
 */
@ApiExcludeController()
@Controller()
export class CatalogueController {
  constructor(
    private readonly described: DescribedApplication,
    private readonly activity: Activity,
  ) {}

  @Get('catalogue.json')
  json(): Catalogue {
    return this.described.catalogue;
  }

  @Get('catalogue')
  @Header('Content-Type', HTML)
  index(@Query() { q }: CatalogueSearch): string {
    return this.described.pages.index(q);
  }

  @Get('catalogue/activity.json')
  activityJson(): Promise<ApplicationActivity> {
    return this.activity.read();
  }

  @Get('catalogue/activity')
  @Header('Content-Type', HTML)
  async activityPage(): Promise<string> {
    return this.described.pages.activity(await this.activity.read());
  }

  @Get('catalogue/assets/catalogue.css')
  @Header('Content-Type', CSS)
  stylesheet(): string {
    return STYLESHEET;
  }

  @Get('catalogue/assets/catalogue.js')
  @Header('Content-Type', JAVASCRIPT)
  script(): string {
    return SCRIPT;
  }

  @Get('catalogue/modules/:name')
  module(@Param() { name }: CatalogueName, @Req() request: Request, @Res() response: Response): void {
    this.show(name, this.described.pages.module(name), request, response);
  }

  @Get('catalogue/messages/:name')
  message(@Param() { name }: CatalogueName, @Req() request: Request, @Res() response: Response): void {
    this.show(name, this.described.pages.message(name), request, response);
  }

  @Get('catalogue/subscriptions/:name')
  subscription(@Param() { name }: CatalogueName, @Req() request: Request, @Res() response: Response): void {
    this.show(name, this.described.pages.subscription(name), request, response);
  }

  @Get('catalogue/jobs/:name')
  job(@Param() { name }: CatalogueName, @Req() request: Request, @Res() response: Response): void {
    this.show(name, this.described.pages.job(name), request, response);
  }

  private show(name: string, page: string | undefined, request: Request, response: Response): void {
    if (page !== undefined) return void response.type(HTML).send(page);
    const { modules, messages, subscriptions, jobs } = this.described.catalogue;
    const names = [...modules, ...messages, ...subscriptions, ...jobs].map((one) => one.name);
    const near = nearNames(name, [...new Set(names)]);
    if (request.accepts(['json', 'html']) !== 'html')
      throw new HttpProblem(
        404,
        'catalogue.unknown',
        `The catalogue has no such thing.${near.length > 0 ? ` Near to it: ${near.join(', ')}.` : ''}`,
      );
    response.status(404).type(HTML).send(this.described.pages.nothing(name, near));
  }
}
