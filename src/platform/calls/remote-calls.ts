import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings';
import { UnitOfWork } from '../database/unit-of-work';
import { Metrics } from '../observability/metrics';
import { newId } from '../new-id';
import { type Contract } from '../messaging/contract';
import { currentMessageContext } from '../messaging/message-context';
import { unreachableAnswerOf } from '../messaging/unreachable-answer';
import { validateMessage } from '../messaging/validate-message';
import { currentDeadline, Deadline } from './deadline';
import { ModuleCalls } from './module-calls';
import { ModuleUnreachable } from './module-unreachable';
import { NatsCallChannel } from './nats-call-channel';

/** One in ten calls may be a retry, and two a second whatever the traffic is. */
const BUDGET = { share: 0.1, perSecond: 2 };
const CIRCUIT_PAUSE_MS = 1_000;
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Commands and queries to modules of other processes, by the rules that hold in one process. */
@Injectable()
export class RemoteCalls {
  private readonly logger = new Logger(RemoteCalls.name);
  private readonly modules = new Map<string, ModuleCalls>();
  private readonly duration;

  constructor(
    private readonly channel: NatsCallChannel,
    private readonly work: UnitOfWork,
    private readonly settings: Settings,
    metrics: Metrics,
  ) {
    this.duration = metrics.histogram(
      'seamline_call_duration_seconds',
      'Time from a call to a module of another process to its answer.',
      ['contract', 'outcome'],
      BUCKETS,
    );
  }

  /** Resolves to what the owner's handler answers and throws what it throws; `ModuleUnreachable` when it cannot be asked in time. */
  async execute(message: object, contract: Contract): Promise<unknown> {
    validateMessage(message, contract);
    if (contract.kind === 'command') this.work.refuseToCall(contract.module);
    const took = this.duration.startTimer({ contract: contract.name });
    try {
      const result = await this.callsTo(contract.module).run({
        id: newId(),
        contract,
        fields: message,
        context: currentMessageContext(),
        deadline: this.deadline(),
      });
      took({ outcome: 'answered' });
      return result;
    } catch (error) {
      const unreachable = error instanceof ModuleUnreachable;
      took({ outcome: unreachable ? 'unreachable' : 'refused' });
      const answer = unreachable && contract.kind === 'query' ? unreachableAnswerOf(contract.type) : undefined;
      if (!answer) throw error;
      this.logger.warn(
        `${contract.name} was answered with what it declares for an owner that cannot be reached: ${error instanceof Error && error.message}`,
      );
      return answer(message);
    }
  }

  /** The caller's own deadline, if it has one, and never later than ours. */
  private deadline(): Deadline {
    const { calls, messaging } = this.settings;
    // A transaction must not be idle for as long as the server allows it, while the caller waits.
    const longest = this.work.isTransactional ? Math.min(calls.deadlineMs, messaging.leaseMs / 2) : calls.deadlineMs;
    return Deadline.in(longest).orEarlier(currentDeadline());
  }

  private callsTo(module: string): ModuleCalls {
    let calls = this.modules.get(module);
    if (!calls) {
      const { attemptMs, circuitFailures } = this.settings.calls;
      const options = { attemptMs, budget: BUDGET, circuit: { failures: circuitFailures, pauseMs: CIRCUIT_PAUSE_MS } };
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
