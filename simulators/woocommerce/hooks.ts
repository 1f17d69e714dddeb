const STATES = ['active', 'paused', 'disabled'] as const;
type HookState = (typeof STATES)[number];

/** A webhook as the REST API shows it. */
export interface Hook {
  id: number;
  name: string;
  status: HookState;
  topic: string;
  delivery_url: string;
}

/** Failed deliveries in a row after which a hook is disabled. */
const MOST_FAILURES = 5;

/** The webhooks of a store: one for each topic that lead to the hub, and one of another system that was given up long ago. */
export class Hooks {
  readonly #hooks: Hook[];
  readonly #failures = new Map<number, number>();

  constructor(deliveryUrl: string) {
    const own = ['created', 'updated', 'deleted'].map((event, index): Hook => ({
      id: 141 + index,
      name: `Order ${event}`,
      status: 'active',
      topic: `order.${event}`,
      delivery_url: deliveryUrl,
    }));
    const foreign = { id: 97, name: 'Bookkeeping', topic: 'order.updated', delivery_url: 'https://books.example/hooks/woocommerce' };
    this.#hooks = [{ ...foreign, status: 'disabled' }, ...own];
  }

  listed(status: string): Hook[] {
    return this.#hooks.filter((hook) => status === 'all' || hook.status === status);
  }

  find(id: number): Hook | null {
    return this.#hooks.find((hook) => hook.id === id) ?? null;
  }

  /** The hub's hook for a topic, unless it is paused or disabled. */
  active(topic: string): Hook | null {
    return this.#hooks.find((hook) => hook.topic === topic && hook.status === 'active') ?? null;
  }

  /** Null: there is no such hook. */
  change(id: number, status: unknown): Hook | 'invalid' | null {
    const hook = this.find(id);
    if (!hook) return null;
    const wanted = STATES.find((state) => state === status);
    if (wanted === undefined) return 'invalid';
    hook.status = wanted;
    this.#failures.delete(id);
    return hook;
  }

  /** A delivery was taken or not. */
  ended(id: number, taken: boolean): void {
    const failures = taken ? 0 : (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    const hook = this.find(id);
    if (hook?.status === 'active' && failures >= MOST_FAILURES) hook.status = 'disabled';
  }
}
