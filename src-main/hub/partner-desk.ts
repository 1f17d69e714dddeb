import { PARTNER_IDS } from '#shared/contract/partners.ts';
import type { PartnerId, PartnerState } from '#shared/contract/partners.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { HubConfig } from './config.ts';
import type { Partners } from './partner-doors/partners.ts';
import type { PartnerLinks } from './partner-ports.ts';
import { DeliveryError } from './ports.ts';
import type { Clock, Deliverer } from './ports.ts';

const NAMES: Record<PartnerId, LocalisedText> = {
  wms: { zh: '仓库系统（WMS）', en: 'Warehouse system (WMS)' },
  buyer: { zh: '买家消息', en: 'Buyer messages' },
  mail: { zh: '邮件', en: 'Mail' },
  crm: { zh: '客户系统（CRM）', en: 'Customer system (CRM)' },
  'risk-list': { zh: '风险名单', en: 'Risk list' },
  kuaidi100: { zh: '快递100 物流跟踪', en: 'Kuaidi100 tracking' },
  kdniao: { zh: '快递鸟', en: 'Kdniao' },
  robots: { zh: '群机器人', en: 'Group robots' },
};
/** Failures in a row after which a partner is left alone for a while. */
const RESTS_AFTER = 5;
const PASSED: LocalisedText = { zh: '连接正常', en: 'The partner answers' };
const NOT_CONFIGURED: LocalisedText = { zh: '未在配置文件中设置', en: 'Not set in the configuration file' };

interface Health {
  lastGoodAt: number | null;
  failures: number;
  problem: LocalisedText | null;
}

function idOf(target: string): PartnerId | null {
  if (target.startsWith('robot:')) return 'robots';
  return PARTNER_IDS.find((id) => id === target) ?? null;
}

/** Whoever works beside the hub, and how each of them is doing: by what is delivered to it, by its call-backs, by test calls. */
export class PartnerDesk {
  readonly #config: HubConfig['partners'];
  readonly #links: PartnerLinks;
  readonly #doors: Partners;
  readonly #clock: Clock;
  readonly #health = new Map<PartnerId, Health>();

  constructor(config: HubConfig['partners'], links: PartnerLinks, doors: Partners, clock: Clock) {
    this.#config = config;
    this.#links = links;
    this.#doors = doors;
    this.#clock = clock;
  }

  /** The same deliverer, noting how its deliveries go. */
  watched(deliverer: Deliverer): Deliverer {
    const id = idOf(deliverer.target);
    if (id === null) return deliverer;
    return {
      ...deliverer,
      deliver: async (delivery) => {
        try {
          const result = await deliverer.deliver(delivery);
          this.worked(id);
          return result;
        } catch (error) {
          // A refusal of one message is an answer: the partner is there.
          if (error instanceof DeliveryError && error.permanent && error.text) this.worked(id);
          else this.failed(id, error);
          throw error;
        }
      },
    };
  }

  worked(id: PartnerId): void {
    this.#health.set(id, { lastGoodAt: this.#clock.now(), failures: 0, problem: null });
  }

  failed(id: PartnerId, error: unknown): void {
    const { lastGoodAt = null, failures = 0 } = this.#health.get(id) ?? {};
    this.#health.set(id, { lastGoodAt, failures: failures + 1, problem: wordsOf(error) });
  }

  states(): PartnerState[] {
    return PARTNER_IDS.map((id) => {
      const { lastGoodAt = null, failures = 0, problem = null } = this.#health.get(id) ?? {};
      const configured = this.#configured(id);
      const idle = lastGoodAt === null && failures === 0;
      const live = failures === 0 ? 'working' : failures < RESTS_AFTER ? 'failing' : 'resting';
      const state = !configured ? 'off' : idle ? 'unused' : live;
      return { id, name: NAMES[id], configured, state, lastGoodAt, problem, webhookPath: this.#doors.pathOf(id) };
    });
  }

  /** Calls a partner now. Never rejects. */
  async test(id: PartnerId): Promise<{ ok: boolean; text: LocalisedText; ms: number }> {
    const probe = this.#links.probes[id];
    if (!probe) return { ok: false, text: NOT_CONFIGURED, ms: 0 };
    const started = performance.now();
    const ms = () => Math.round(performance.now() - started);
    try {
      await probe();
      this.worked(id);
      return { ok: true, text: PASSED, ms: ms() };
    } catch (error) {
      this.failed(id, error);
      return { ok: false, text: wordsOf(error), ms: ms() };
    }
  }

  #configured(id: PartnerId): boolean {
    const { robots = [], riskList, ...others } = this.#config;
    if (id === 'robots') return robots.length > 0;
    return id === 'risk-list' ? riskList !== undefined : others[id] !== undefined;
  }
}

/** Messages of partner errors hold no secrets; others are not shown. */
function wordsOf(error: unknown): LocalisedText {
  if (error instanceof DeliveryError) return error.text ?? sentence(error.message);
  return error instanceof Error && error.name === 'PartnerError' ? sentence(error.message) : sentence('The call failed.');
}

function sentence(en: string): LocalisedText {
  const status = /HTTP (\d{3})/.exec(en)?.[1];
  if (status !== undefined) return { zh: `对方返回 HTTP ${status}`, en };
  const code = /\(([A-Z_]+|no answer)\)/.exec(en)?.[1];
  if (code !== undefined) return { zh: `无法连通（${code}）`, en };
  const late = /within (\d+) ms/.exec(en)?.[1];
  return { zh: late === undefined ? `调用失败：${en}` : `对方 ${late} 毫秒内没有应答`, en };
}
