import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { Topology } from '../topology/topology';
import { Handlers } from '../messages/handlers';
import { CallMetrics } from './call-metrics';

/**
 * Measures calls between two modules of this process. Only handlers are touched that other modules are known
 * to wait for.
 */
@Injectable()
export class LocalCalls implements OnApplicationBootstrap {
  constructor(
    private readonly topology: Topology,
    private readonly handlers: Handlers,
    private readonly work: UnitOfWork,
    private readonly metrics: CallMetrics,
  ) {}

  onApplicationBootstrap(): void {
    const awaited = new Set(this.topology.calls.map(({ contract }) => contract.name));
    for (const { contract, module, handler } of [...this.handlers.commands, ...this.handlers.queries]) {
      if (!awaited.has(contract.name)) continue;
      const execute = handler.execute.bind(handler);
      handler.execute = (message) => {
        const from = this.work.runningModule;
        if (from === undefined || from === module) return execute(message);
        return this.metrics.measure(from, contract, 'process', () => execute(message));
      };
    }
  }
}
