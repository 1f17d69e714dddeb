import type { CheckAnswer } from '#main/model/outcome.ts';
import type { StoreCondition } from '../condition.ts';
import type { Decider } from '../decider.ts';
import type { Logger } from '../ports.ts';

export interface AnswerDeskParts {
  condition: StoreCondition;
  logger: Logger;
  decider(): Decider;
  defer(task: () => void): void;
  wakeOutbox(): void;
}
interface Answered {
  orderNo: string;
  answers: readonly CheckAnswer[];
  durable: () => void;
}

/** Answers decided in one transaction. */
const DECIDED_TOGETHER = 200;

/** Hands answers to the decider, those of one moment in one transaction. What the store refuses waits until it works again. */
export class AnswerDesk {
  readonly #parts: AnswerDeskParts;
  #queue: Answered[] = [];
  #planned = false;
  #stopped = false;

  constructor(parts: AnswerDeskParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#planned || this.#queue.length > 0;
  }

  /** `durable` is called once the answers are decided, or can never be. */
  put(orderNo: string, answers: readonly CheckAnswer[], durable: () => void = () => undefined): void {
    this.#queue.push({ orderNo, answers, durable });
    this.retry();
  }

  retry(): void {
    if (this.#planned || this.#stopped || this.#queue.length === 0) return;
    this.#planned = true;
    this.#parts.defer(() => {
      this.#planned = false;
      this.#decide();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#queue = [];
  }

  #decide(): void {
    while (!this.#stopped && this.#queue.length > 0) {
      const group = this.#queue.slice(0, DECIDED_TOGETHER);
      try {
        this.#run(group);
      } catch (error) {
        if (this.#parts.condition.failed(error)) return;
        // One of them cannot be decided: each goes alone, so that it stops no other.
        for (const one of group) this.#alone(one);
      }
      this.#queue = this.#queue.slice(group.length);
      for (const { durable } of group) durable();
    }
    this.#parts.wakeOutbox();
  }

  #alone(one: Answered): void {
    try {
      this.#run([one]);
    } catch (error) {
      this.#parts.condition.failed(error);
      this.#parts.logger.error({ err: error, orderNo: one.orderNo }, 'an answer of a source could not be decided');
    }
  }

  #run(group: readonly Answered[]): void {
    const decider = this.#parts.decider();
    decider.run((batch) => {
      for (const { orderNo, answers } of group) decider.onOrder(batch, orderNo, { kind: 'check', answers });
    });
  }
}
