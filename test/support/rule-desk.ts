import { beforeEach } from 'vitest';
import type { MethodInput, MethodName, MethodOutput, Principal, StreamEvent } from '#shared/contract/index.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';
import type { Rule } from '#shared/rule.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { HubConfigInput } from '#main/hub/config.ts';
import type { ManualTime } from '#main/hub/time.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { ask, deliver, orderData, testConfig } from './hub.ts';
import { hubOnFile } from './hub-on-file.ts';
import type { OpenedHub } from './hub-on-file.ts';
import { AGENT, LIN, WANG } from './rules.ts';

export const START = Date.parse('2025-06-18T04:30:00Z');

type Draft = MethodOutput<'rules.draft.save'>;

/** A hub on a file whose rules two supervisors and an agent work on. Opened before each test of a file and closed after it. */
export interface RuleDesk {
  readonly hub: LocalHub;
  readonly time: ManualTime;
  /** What consoles were told since the hub was opened last. */
  readonly events: readonly StreamEvent[];
  /** The hub starts again, with another configuration. */
  reopen(more?: HubConfigInput): Promise<void>;
  /** A plain order comes in; what is kept of it. */
  order(id: string, more?: Record<string, unknown>): Promise<OrderRecord>;
  orderOf(id: string): OrderRecord;
  /** Why a request is refused. */
  refused<N extends MethodName>(method: N, params: MethodInput<N>, who: Principal): Promise<{ code: ErrorCode; message: string }>;
  /** The set in force as a draft, with some rules more or others. */
  draftWith(rules: readonly Rule[], who?: Principal): Promise<Draft>;
  /** Written by one, approved by the other; the version it became. */
  publish(rules: readonly Rule[]): Promise<number>;
  /** `id@version` of every rule in force. */
  inForce(): Promise<string[]>;
}

export function ruleDesk(): RuleDesk {
  const workspace = hubOnFile(START);
  let opened: OpenedHub;

  async function open(more: HubConfigInput = {}): Promise<void> {
    opened = await workspace.open({ config: testConfig(more), people: [LIN, WANG, AGENT] });
  }
  beforeEach(() => open());

  const desk: RuleDesk = {
    get hub() {
      return opened.hub;
    },
    get time() {
      return opened.time;
    },
    get events() {
      return opened.events;
    },
    async reopen(more) {
      await desk.hub.close();
      await open(more);
    },
    async order(id, more = {}) {
      const now = desk.time.now();
      await deliver(desk.hub, 'order.updated', orderData(id, now, more), now, `msg_${id}_${now}`);
      return desk.orderOf(id);
    },
    orderOf(id) {
      const stored = desk.hub.store.orders.byPlatform('standard-webhooks', 'own', id);
      if (!stored) throw new Error(`no order ${id}`);
      return stored.record;
    },
    async refused(method, params, who) {
      const answer = await desk.hub.request(method, params, who);
      if (answer.ok) throw new Error(`${method} was not refused`);
      return answer.error;
    },
    async draftWith(rules, who = LIN) {
      const { id, revision, body } = await ask(desk.hub, 'rules.draft.create', { title: '大促前', from: 'current' }, who);
      const others = body.rules.filter((one) => !rules.some((given) => given.id === (one as Rule).id));
      return ask(desk.hub, 'rules.draft.save', { id, revision, body: { ...body, rules: [...others, ...rules] } }, who);
    },
    async publish(rules) {
      const { id, revision } = await desk.draftWith(rules);
      const { draft } = await ask(desk.hub, 'rules.draft.submit', { id, revision }, LIN);
      const { published } = await ask(desk.hub, 'rules.draft.approve', { id, revision: draft.revision }, WANG);
      return published;
    },
    async inForce() {
      return (await ask(desk.hub, 'rules.list', {})).items.map(({ rule: { id, version } }) => `${id}@${version}`);
    },
  };
  return desk;
}
