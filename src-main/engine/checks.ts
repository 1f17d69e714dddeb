import type { CheckSource, ExecutableCheck } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import { EXECUTABLE_CHECKS } from '#main/model/executable-checks.ts';
import type { OrderCheck, OrderRecord } from '#main/model/record.ts';
import type { Hit } from '#main/model/verdict.ts';
import { SOURCE_NAMES } from '#main/rules/index.ts';
import type { StockPlan } from './allocate.ts';
import { orderAmount } from './amount.ts';
import { HUB } from './draft.ts';
import type { CheckPolicy, CheckWorld, Facts } from './facts.ts';

/** The field of the catalogue each source answers. */
export const CHECK_FIELDS = { crm: 'tier-discount-excess', wms: 'wms-missing', 'risk-list': 'risk-score' } as const satisfies Record<
  CheckSource,
  string
>;
/** Who looks at an order whose source could not tell in time. */
const ROLES: Record<CheckSource, Hit['role']> = { crm: 'operations', wms: 'warehouse', 'risk-list': 'risk' };
const NO_CHECKS: readonly OrderCheck[] = Object.freeze([]);

/** `ruleId` of a hold that waits for a source. */
export function checkReason(source: CheckSource): string {
  return `check:${source}`;
}

/** The tag of an order that a source has not told about (B3). */
export function uncheckedTag(source: CheckSource): string {
  return `unchecked-${source}`;
}

/** What of an order each source is asked about, as JSON: the question is made of it, and it changes when the answer may. */
export type CheckSubject = {
  crm: [buyerKey: string, discountMinor: number, amountMinor: number];
  wms: [sku: string, warehouse: string, pool: 'spot' | 'presale', pieces: number][];
  'risk-list': [buyer: string | null, phone: string | null, address: string | null, ip: string | null, device: string | null];
};

type Subject = { about: string } | { nothing: LocalisedText };

const NO_BUYER: LocalisedText = { zh: '平台没有给出买家标识', en: 'The platform names no buyer' };
const NO_PIECES: LocalisedText = { zh: '仓库没有要出的货', en: 'No pieces are to come from a warehouse' };
const NO_KEYS: LocalisedText = { zh: '没有可查询的标识', en: 'There is nothing to look up' };

function about<S extends CheckSource>(_source: S, subject: CheckSubject[S]): Subject {
  return { about: JSON.stringify(subject) };
}

function subjectOf(source: CheckSource, record: OrderRecord, plan: Pick<StockPlan, 'allocations'>): Subject {
  if (source === 'crm') {
    const { key } = record.buyer;
    const discount = Math.max(record.discountMinor, record.couponMinor);
    return key === null ? { nothing: NO_BUYER } : about('crm', [key, discount, orderAmount(record)]);
  }
  if (source === 'wms') {
    const pieces = plan.allocations.map(({ sku, warehouse, pool, quantity }): CheckSubject['wms'][number] => [
      sku,
      warehouse,
      pool,
      quantity,
    ]);
    return pieces.length === 0 ? { nothing: NO_PIECES } : about('wms', pieces.sort(byPlace));
  }
  const { buyer, phone, address, ip, device } = record.keys;
  const keys: CheckSubject['risk-list'] = [buyer, phone, address, ip, device];
  return keys.every((key) => key === null) ? { nothing: NO_KEYS } : about('risk-list', keys);
}

function byPlace(one: CheckSubject['wms'][number], other: CheckSubject['wms'][number]): number {
  const [a, b] = [one.join('\n'), other.join('\n')];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sources the rules in force read and that are connected. */
function wanted(facts: Facts): readonly CheckSource[] {
  const { checks, compiled } = facts;
  return checks ? checks.sources.filter((source) => compiled.fields.includes(CHECK_FIELDS[source])) : [];
}

function opened(source: CheckSource, subject: Subject, now: number): OrderCheck {
  const blank = { source, askedAt: now, ms: null, late: false, value: null };
  if ('nothing' in subject) return { ...blank, about: '', state: 'skipped', at: now, words: subject.nothing };
  return { ...blank, about: subject.about, state: 'asked', at: null, words: null };
}

/**
 * Opens the questions a paid order needs answered before it may ship: once per order, and again when what was asked about changed.
 * Questions nobody is to be asked any more fall away; answers stay. An order that left for the warehouse before a source was
 * connected is not asked about.
 */
export function openChecks(record: OrderRecord, plan: Pick<StockPlan, 'allocations'>, facts: Facts): void {
  const before = record.checks ?? NO_CHECKS;
  if (before.length === 0 && !facts.checks) return;
  if (record.status !== 'paid' && record.status !== 'awaiting_shipment') return;
  const sources = wanted(facts);
  const kept = before.filter(({ source, state }) => !sources.includes(source) && (state === 'answered' || state === 'skipped'));
  const asked = sources.flatMap((source) => {
    const known = before.find((check) => check.source === source);
    if (!known && record.shipRequestedAt !== null) return [];
    const subject = subjectOf(source, record, plan);
    const same = 'about' in subject ? known?.about === subject.about && known.state !== 'skipped' : known?.about === '';
    return [known && same ? known : opened(source, subject, facts.now)];
  });
  keepChecks(record, [...asked, ...kept]);
}

/** Writes the checks with the tags that mark what nobody could tell. */
export function keepChecks(record: OrderRecord, checks: readonly OrderCheck[]): void {
  if (checks.length === 0 && record.checks === undefined) return;
  record.checks = checks;
  const marks = checks.filter(({ state }) => state === 'unavailable').map(({ source }) => uncheckedTag(source));
  const others = record.tags.filter((tag) => !tag.startsWith('unchecked-'));
  if (marks.length > 0 || others.length < record.tags.length) record.tags = [...others, ...marks];
}

/** What a source told of the order as it is now; null while it told nothing. */
export function toldBy({ checks = NO_CHECKS }: Pick<OrderRecord, 'checks'>, source: CheckSource): number | null {
  return checks.find((check) => check.source === source && check.state === 'answered')?.value ?? null;
}

/** Is a question still open? */
export function isChecking({ checks = NO_CHECKS }: Pick<OrderRecord, 'checks'>): boolean {
  return checks.some(({ state }) => state === 'asked');
}

function isCleared({ clearances }: OrderRecord, { source, about: subject }: OrderCheck): boolean {
  return clearances.some(({ ruleId, evidence }) => ruleId === checkReason(source) && evidence === subject);
}

function policyOf(source: CheckSource, world: CheckWorld | null | undefined): CheckPolicy {
  return world?.policies[source] ?? 'pass-and-mark';
}

/** Findings of sources that could not tell and whose policy is to hold; what a person released stays released (M6). */
export function checkHits(record: OrderRecord, world: CheckWorld | null | undefined): Hit[] {
  return (record.checks ?? NO_CHECKS).flatMap((check): Hit[] => {
    const { source, state } = check;
    if (state !== 'unavailable' || policyOf(source, world) !== 'hold' || isCleared(record, check)) return [];
    return [
      {
        ruleId: checkReason(source),
        ruleVersion: 1,
        severity: 'medium',
        action: 'hold',
        role: ROLES[source],
        stock: 'keep',
        sentence: unavailableText(check, record.clearances),
        evidence: check.about,
      },
    ];
  });
}

/** A release covers the question that stood then; a hold for another one says so (M6). */
function unavailableText({ source, words }: OrderCheck, clearances: OrderRecord['clearances']): LocalisedText {
  const name = SOURCE_NAMES[source];
  const released = clearances.findLast(({ ruleId }) => ruleId === checkReason(source));
  const news = released
    ? {
        zh: `（新证据：${released.by === HUB ? '自动放行' : `${released.by} 放行`}之后，需核验的内容已变）`,
        en: ` (new evidence: what is to be checked changed after ${released.by === HUB ? 'it was released by itself' : `${released.by} released it`})`,
      }
    : { zh: '', en: '' };
  return {
    zh: `${name.zh}未能核验${words ? `（${words.zh}）` : ''}，等待其回复${news.zh}`,
    en: `Waiting for ${name.en}, which could not check the order${words ? ` (${words.en})` : ''}${news.en}`,
  };
}

function names(checks: readonly OrderCheck[]): LocalisedText {
  const all = checks.map(({ source }) => SOURCE_NAMES[source]);
  return { zh: all.map(({ zh }) => zh).join('、'), en: all.map(({ en }) => en).join(', ') };
}

/** The line of the checklist (B7); null for an order nobody is asked about. */
export function checksLine({ checks = NO_CHECKS, hold }: OrderRecord): ExecutableCheck | null {
  if (checks.length === 0) return null;
  const open = checks.filter(({ state }) => state === 'asked');
  if (open.length > 0) {
    const who = names(open);
    return { id: 'checks', passed: false, note: { zh: `等待交叉核验：${who.zh}`, en: `Waiting for cross-checks: ${who.en}` } };
  }
  const unknown = checks.filter(({ state }) => state === 'unavailable');
  if (unknown.length === 0) return EXECUTABLE_CHECKS.checked;
  const held = unknown.filter(({ source }) => hold?.reasons.some(({ ruleId }) => ruleId === checkReason(source)));
  if (held.length > 0) {
    const who = names(held);
    return { id: 'checks', passed: false, note: { zh: `未能核验，已拦截：${who.zh}`, en: `Held, could not be checked: ${who.en}` } };
  }
  const who = names(unknown);
  return { id: 'checks', passed: true, note: { zh: `未核验，已标记：${who.zh}`, en: `Not checked, marked: ${who.en}` } };
}
