import type { CheckSource } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { CheckSubject, KeyedHash } from '#main/engine/index.ts';
import type { CheckLink, CheckLinks, CheckReply, CustomerTier, PiecesAsked, PiecesTold, RiskScore } from '../partner-ports.ts';

/** An answer as it is kept with the order: the figure rules read, and words. */
export interface Told {
  value: number | null;
  words: LocalisedText;
}
export type Interview = CheckLink<string, Told>;

/** The same link, asked by what an order's check is about and answering what is kept of it. */
function interview<Question, Value>(
  link: CheckLink<Question, Value>,
  questionOf: (about: string) => Question,
  toldOf: (value: Value, question: Question) => Told,
): Interview {
  return {
    timeoutMs: link.timeoutMs,
    state: () => link.state(),
    async ask(about, over, signal): Promise<CheckReply<Told>> {
      let question: Question;
      try {
        question = questionOf(about);
      } catch (error) {
        // Kept by another version of the program, or damaged: nobody can be asked it, which is an answer as well.
        over(null);
        return { ok: false, why: 'failed', error: new Error('The question cannot be read.', { cause: error }) };
      }
      const reply = await link.ask(question, (late) => over(late && { value: toldOf(late.value, question) }), signal);
      return reply.ok ? { ok: true, value: toldOf(reply.value, question) } : reply;
    },
  };
}

function subject<S extends CheckSource>(_source: S, about: string): CheckSubject[S] {
  return JSON.parse(about) as CheckSubject[S];
}

function tierTold(tier: CustomerTier | null): Told {
  if (tier === null) return { value: null, words: { zh: '客户系统没有这位买家', en: 'It does not know this buyer' } };
  const limit = tier.discountLimitPercent;
  return { value: limit, words: { zh: `等级 ${tier.tier}，允许优惠 ${limit}%`, en: `Tier ${tier.tier} allows ${limit} %` } };
}

/** Pieces by place, the pools of a place together. */
function places(about: string): PiecesAsked[] {
  const byPlace = new Map<string, PiecesAsked>();
  for (const [sku, warehouse, pool, pieces] of subject('wms', about)) {
    const key = `${sku}\n${warehouse}`;
    const place = byPlace.get(key) ?? { sku, warehouse, spot: 0, presale: 0 };
    place[pool] += pieces;
    byPlace.set(key, place);
  }
  return [...byPlace.values()];
}

function piecesTold(told: readonly PiecesTold[], asked: readonly PiecesAsked[]): Told {
  const missing = { spot: 0, presale: 0 };
  for (const place of asked) {
    const there = told.find(({ sku, warehouse }) => sku === place.sku && warehouse === place.warehouse);
    for (const pool of ['spot', 'presale'] as const) missing[pool] += Math.max(0, place[pool] - (there?.[pool] ?? 0));
  }
  const value = missing.spot + missing.presale;
  if (value === 0) return { value, words: { zh: '实物齐全', en: 'Every piece is there' } };
  return {
    value,
    words: {
      zh: `缺现货 ${missing.spot} 件，缺预售 ${missing.presale} 件`,
      en: `Missing: ${missing.spot} spot, ${missing.presale} presale`,
    },
  };
}

function scoreTold({ score, reasons }: RiskScore): Told {
  const why = reasons.length > 0 ? { zh: `：${reasons.join('、')}`, en: `: ${reasons.join(', ')}` } : { zh: '', en: '' };
  return { value: score, words: { zh: `风险分 ${score}${why.zh}`, en: `Score ${score}${why.en}` } };
}

/** Every connected source, by what it is asked and what is kept of its answers. `hash` is keyed with the workspace's own key. */
export function interviewsOf(links: CheckLinks, hash: KeyedHash): Record<CheckSource, Interview | null> {
  const { crm, wms, 'risk-list': risk } = links;
  // Phone and address are keyed hashes already, unless they are a platform's own search index.
  const hashed = (key: string | null): string | null => (key === null ? null : hash(key));
  const known = (key: string | null): string | null => (key?.includes('#') ? hash(key) : key);
  return {
    crm: crm && interview(crm, (about) => subject('crm', about)[0], tierTold),
    wms: wms && interview(wms, places, piecesTold),
    'risk-list':
      risk &&
      interview(
        risk,
        (about) => {
          const [buyer, phone, address, ip, device] = subject('risk-list', about);
          return { buyer: hashed(buyer), phone: known(phone), address: known(address), ip: hashed(ip), device: hashed(device) };
        },
        scoreTold,
      ),
  };
}
