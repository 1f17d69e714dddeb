import { PARTNER_IDS } from '#shared/contract/partners.ts';
import type { PartnerId, PartnerState } from '#shared/contract/partners.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { PartnerBook } from './partner-book.ts';
import type { Partners } from './partner-doors/partners.ts';
import { formOf } from './partner-forms.ts';
import type { PartnerLinks } from './partner-ports.ts';
import { partnerWords } from './partner-words.ts';
import { DeliveryError } from './ports.ts';
import type { Clock, Deliverer } from './ports.ts';

/** Failures in a row after which a partner is left alone for a while. */
const RESTS_AFTER = 5;
const PASSED: LocalisedText = { zh: '连接正常', en: 'The partner answers' };
const NOT_CONNECTED: LocalisedText = { zh: '还没有接入', en: 'Not connected yet' };

interface Health {
  lastGoodAt: number | null;
  lastCallAt: number | null;
  lastMs: number | null;
  failures: number;
  problem: LocalisedText | null;
}
const UNHEARD: Health = { lastGoodAt: null, lastCallAt: null, lastMs: null, failures: 0, problem: null };

/** The partner behind a target of the outbox; null for a target that is none. */
export function partnerOfTarget(target: string): PartnerId | null {
  if (target.startsWith('robot:')) return 'robots';
  return PARTNER_IDS.find((id) => id === target) ?? null;
}

/** Whoever works beside the hub, and how each of them is doing: by what is delivered to it, by its call-backs, by test calls. */
export class PartnerDesk {
  readonly #book: PartnerBook;
  readonly #links: () => PartnerLinks;
  readonly #doors: Partners;
  readonly #clock: Clock;
  readonly #health = new Map<PartnerId, Health>();

  constructor(book: PartnerBook, links: () => PartnerLinks, doors: Partners, clock: Clock) {
    this.#book = book;
    this.#links = links;
    this.#doors = doors;
    this.#clock = clock;
    // What was heard of the partner as it was connected before says nothing about it now.
    book.onChange((id) => this.#health.delete(id));
  }

  /** The same deliverer, noting how its deliveries go. */
  watched(deliverer: Deliverer): Deliverer {
    const id = partnerOfTarget(deliverer.target);
    if (id === null) return deliverer;
    return {
      ...deliverer,
      deliver: async (delivery) => {
        const started = performance.now();
        try {
          const result = await deliverer.deliver(delivery);
          this.worked(id, performance.now() - started);
          return result;
        } catch (error) {
          // A refusal of one message is an answer: the partner is there.
          const took = performance.now() - started;
          if (error instanceof DeliveryError && error.permanent && error.text) this.worked(id, took);
          else this.failed(id, error, took);
          throw error;
        }
      },
    };
  }

  /** `took`: ms of the call, where it was one. */
  worked(id: PartnerId, took: number | null = null): void {
    this.#health.set(id, { lastGoodAt: this.#clock.now(), ...this.#called(id, took), failures: 0, problem: null });
  }

  failed(id: PartnerId, error: unknown, took: number | null = null): void {
    const { lastGoodAt, failures } = this.#health.get(id) ?? UNHEARD;
    this.#health.set(id, { lastGoodAt, ...this.#called(id, took), failures: failures + 1, problem: partnerWords(error) });
  }

  states(): PartnerState[] {
    return PARTNER_IDS.map((id) => this.state(id));
  }

  state(id: PartnerId): PartnerState {
    const { lastGoodAt, lastCallAt, lastMs, failures, problem } = this.#health.get(id) ?? UNHEARD;
    const { source, on } = this.#book.of(id);
    const configured = source !== null && on;
    const idle = lastGoodAt === null && failures === 0;
    const live = failures === 0 ? 'working' : failures < RESTS_AFTER ? 'failing' : 'resting';
    const state = !configured ? 'off' : idle ? 'unused' : live;
    const { name } = formOf(id);
    const figures = { lastGoodAt, problem, lastCallAt, lastMs, failures };
    return { id, name, configured, state, source, on, ...figures, webhookPath: this.#doors.pathOf(id) };
  }

  /** Calls a partner now; `links`: as it would be connected, of which nothing is noted. Never rejects. */
  async test(id: PartnerId, links: PartnerLinks | null = null): Promise<{ ok: boolean; text: LocalisedText; ms: number }> {
    const probe = (links ?? this.#links()).probes[id];
    if (!probe) return { ok: false, text: NOT_CONNECTED, ms: 0 };
    const started = performance.now();
    try {
      const said = await probe();
      const ms = Math.round(performance.now() - started);
      if (links === null) this.worked(id, ms);
      return { ok: true, text: said ?? PASSED, ms };
    } catch (error) {
      const ms = Math.round(performance.now() - started);
      if (links === null) this.failed(id, error, ms);
      return { ok: false, text: partnerWords(error), ms };
    }
  }

  #called(id: PartnerId, took: number | null): Pick<Health, 'lastCallAt' | 'lastMs'> {
    const { lastMs } = this.#health.get(id) ?? UNHEARD;
    return { lastCallAt: this.#clock.now(), lastMs: took === null ? lastMs : Math.round(took) };
  }
}
