import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AddressAnnouncement } from './address-announcement';
import { Addresses } from './addresses';
import { ApiCatalogue } from './api-catalogue';
import { Forwarding } from './forwarding';

/** Requests for modules that other processes host. */
@Module({})
export class ForwardingModule {
  /**
   * `whole` answers what a process imports that hosts every module: its API is described, wherever it is
   * hosted.
   */
  static forRoot(whole: () => readonly (Type | DynamicModule)[]): DynamicModule {
    return {
      module: ForwardingModule,
      providers: [
        Addresses,
        AddressAnnouncement,
        Forwarding,
        { provide: ApiCatalogue, useValue: new ApiCatalogue(whole) },
      ],
      exports: [Forwarding],
    };
  }
}
