import { Injectable, type Type } from '@nestjs/common';
import type { Catalogue } from '../catalogue';
import { catalogueOf } from '../catalogue-of';
import { CataloguePages } from './pages';

/** The catalogue of the application that runs, of all its modules. Made when it is first asked for. */
@Injectable()
export class DescribedApplication {
  private made: Catalogue | undefined;
  private drawn: CataloguePages | undefined;

  constructor(private readonly root: Type) {}

  get catalogue(): Catalogue {
    this.made ??= catalogueOf(this.root);
    return this.made;
  }

  get pages(): CataloguePages {
    this.drawn ??= new CataloguePages(this.catalogue);
    return this.drawn;
  }
}
