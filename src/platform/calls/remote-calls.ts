import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { newId } from '../kernel/new-id';
import { type Contract } from '../messages/contract';
import { currentMessageContext } from '../messages/message-context';
import { unreachableAnswerOf } from '../messages/unreachable-answer';
import { validateMessage } from '../messages/validate-message';
import { CallMetrics } from './call-metrics';
import { currentDeadline, Deadline } from '../kernel/deadline';
import { ModuleCalls } from './module-calls';
import { ModuleUnreachable } from '../messages/module-unreachable';
import { NatsCallChannel } from './nats-call-channel';

/** One in ten calls may be a retry, and two a second whatever the traffic is. */
const BUDGET = { share: 0.1, perSecond: 2 };
const CIRCUIT_PAUSE_MS = 1_000;

/** Commands and queries to modules of other processes, by the rules that hold in one process. */
@Injectable()
export class RemoteCalls {
  private readonly logger = new Logger(RemoteCalls.name);
  private readonly modules = new Map<string, ModuleCalls>();

  constructor(
    private readonly channel: NatsCallChannel,
    private readonly work: UnitOfWork,
    private readonly settings: Settings,
    private readonly metrics: CallMetrics,
  ) {}

  /**
   * Resolves to what the owner's handler answers and throws what it throws; `ModuleUnreachable` when it
   * cannot be asked in time.
   */
  async execute(message: object, contract: Contract): Promise<unknown> {
    validateMessage(message, contract);
    if (contract.kind === 'command') this.work.refuseToCall(contract.module);
    try {
      return await this.metrics.measure(this.work.runningModule ?? '', contract, 'network', () =>
        this.callsTo(contract.module).run({
          id: newId(),
          contract,
          fields: message,
          context: currentMessageContext(),
          deadline: this.deadline(),
        }),
      );
    } catch (error) {
      if (!(error instanceof ModuleUnreachable) || contract.kind !== 'query') throw error;
      const answer = unreachableAnswerOf(contract.type);
      if (!answer) throw error;
      this.logger.warn(
        `${contract.name} was answered with what it declares for an owner that cannot be reached: ${error.message}`,
      );
      return answer(message);
    }
  }

  /** The caller's own deadline, if it has one, and never later than ours. */
  private deadline(): Deadline {
    const { calls, messaging } = this.settings;
    // A transaction must not be idle for as long as the server allows it, while the caller waits.
    const longest = this.work.isTransactional
      ? Math.min(calls.deadlineMs, messaging.leaseMs / 2)
      : calls.deadlineMs;
    return Deadline.in(longest).orEarlier(currentDeadline());
  }

  private callsTo(module: string): ModuleCalls {
    let calls = this.modules.get(module);
    if (!calls) {
      const {
        calls: { attemptMs, circuitFailures, deadlineMs },
        messaging,
      } = this.settings;
      const usualMs = Math.min(deadlineMs, messaging.leaseMs / 2);
      const options = {
        attemptMs,
        usualMs,
        budget: BUDGET,
        circuit: { failures: circuitFailures, pauseMs: CIRCUIT_PAUSE_MS },
      };
      calls = new ModuleCalls(module, this.channel, options, (state) =>
        this.logger.warn(
          `The circuit to the module "${module}" is ${state}: ${state === 'open' ? 'it does not answer' : 'it answers again'}.`,
        ),
      );
      this.modules.set(module, calls);
    }
    return calls;
  }
}
