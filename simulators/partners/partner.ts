import { Courier } from '../kit/courier.ts';
import type { CourierRules } from '../kit/courier.ts';
import { openHttp } from '../kit/http.ts';
import type { HttpPlace, ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { CallKind, SimulatorOptions } from '../kit/types.ts';

/** What a partner lacks of a platform: a shop. */
export type PartnerOptions = Omit<SimulatorOptions, 'shopId'>;

/** A partner on the loopback interface; `refusals` by reason. */
export class Partner {
  readonly options: PartnerOptions;
  readonly courier: Courier;
  readonly refusals: Record<string, number> = {};
  calls = 0;
  /** How long a slow answer takes, ms; longer than the shortest time a partner is given. */
  slowMs = 400;
  #place: HttpPlace | null = null;
  #cleanUp: (() => void)[] = [];

  constructor(options: PartnerOptions, rules: CourierRules) {
    this.options = options;
    this.courier = new Courier(
      {
        ...options,
        shopId: '',
        get hub() {
          return options.hub;
        },
      },
      rules,
    );
  }

  /** `kind` names which faults can hit a call. Errors 500, cut connections, unreadable and slow answers are made here. */
  async open(
    kind: CallKind | ((request: ReceivedRequest) => CallKind),
    answer: (request: ReceivedRequest) => SimulatorAnswer,
  ): Promise<this> {
    this.#place = await openHttp(async (request) => {
      this.calls += 1;
      const fault = this.options.faults.next(typeof kind === 'function' ? kind(request) : kind);
      const date = this.options.now();
      if (fault === 'error-500') return { status: 503, body: '', date };
      if (fault === 'rate-429') return { status: 429, headers: { 'retry-after': '1' }, body: '', date };
      const given = { date, ...answer(request) };
      if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, this.slowMs));
      if (fault === 'garbage') return { ...given, body: '<html>maintenance</html>' };
      if (fault === 'cut-body') return { ...given, body: given.body.slice(0, Math.floor(given.body.length / 2)) };
      return fault === 'disconnect' ? { ...given, disconnect: true } : given;
    });
    return this;
  }

  get url(): string {
    return this.#place?.url ?? '';
  }
  get server(): HttpPlace['server'] {
    if (!this.#place) throw new Error('The simulator is not open yet.');
    return this.#place.server;
  }

  refuse(reason: string, answer: SimulatorAnswer): SimulatorAnswer {
    this.refusals[reason] = (this.refusals[reason] ?? 0) + 1;
    return answer;
  }

  onStop(task: () => void): void {
    this.#cleanUp.push(task);
  }

  async stop(): Promise<void> {
    for (const task of this.#cleanUp) task();
    await this.courier.stop();
    await this.#place?.close();
  }
}
