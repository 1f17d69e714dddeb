import { between, pick } from './random.ts';
import type { TruthLine, TruthOrder, TruthRefund } from './types.ts';

/** What a platform knows at all; a life never holds what the platform could not tell. */
export interface LifeFeatures {
  /** Group-buys that form after payment. */
  forming: boolean;
  /** Payments under review. */
  review: boolean;
  deposit: boolean;
  partShipped: boolean;
  /** A state of its own for "received". */
  received: boolean;
  sellerMemo: boolean;
  /** Refunds of a part of an order; without it only of the whole. */
  partialRefunds: boolean;
  /** An after-sale can be open before its money moved; without it a refund appears when it is done. */
  openRefunds: boolean;
  gifts: boolean;
  /** An order sells one item; what lies beside it are gifts. */
  oneItem?: boolean;
}

export interface LifeOptions {
  chance(): number;
  /** Orders are placed over this span; the last changes follow within the hour after it. Epoch ms. */
  from: number;
  spanMs: number;
  orders: number;
  /** The platform's own shape of an order number, distinct per index. */
  idOf(index: number): string;
  refundIdOf(index: number): string;
  currency: string;
  /** Prices are multiples of this many minor units. */
  priceStep: number;
  features: LifeFeatures;
  skus: readonly { sku: string; name: string; unitMinor: number }[];
}

export interface LifeStep {
  at: number;
  happened: 'created' | 'changed' | 'refund';
  order: TruthOrder;
}

const MINUTE_MS = 60_000;
const CITIES = [
  { province: '江苏省', city: '苏州市', district: '姑苏区' },
  { province: '浙江省', city: '杭州市', district: '西湖区' },
  { province: '广东省', city: '深圳市', district: '南山区' },
  { province: '四川省', city: '成都市', district: '锦江区' },
] as const;
const NAMES = ['陈晓', '林静', '王强', '赵敏', '周洋', '吴迪'] as const;
const MESSAGES = ['', '', '', '周末送', '请用纸箱包装', '门口放下即可'] as const;
const CARRIER_IDS = ['sf', 'yto', 'zto', 'sto'] as const;

/** The steps of all lives, in order of time. The same chance gives the same steps. */
export function lives(options: LifeOptions): LifeStep[] {
  const steps: LifeStep[] = [];
  for (let index = 0; index < options.orders; index += 1) {
    const bornAt = options.from + Math.floor((options.spanMs * index) / options.orders) + between(options.chance, 0, 900);
    steps.push(...lifeOf(index, bornAt, options));
  }
  return steps.sort((a, b) => a.at - b.at);
}

/** One order being written down: every `then` is a change the platform sees. */
class Biography {
  readonly steps: LifeStep[] = [];
  readonly #chance: () => number;
  #at: number;
  order: TruthOrder;

  constructor(order: TruthOrder, at: number, chance: () => number) {
    this.order = order;
    this.#at = at;
    this.#chance = chance;
    this.steps.push({ at, happened: 'created', order });
  }

  /** The whole second the platform will write for the next change. Now and then two changes share one. */
  next(): number {
    this.#at += this.#chance() < 0.04 ? 40 : between(this.#chance, 20_000, 12 * MINUTE_MS);
    return Math.floor(this.#at / 1_000) * 1_000;
  }

  then(change: Partial<TruthOrder>, second: number, happened: LifeStep['happened'] = 'changed'): void {
    this.order = { ...this.order, ...change, updatedAt: second };
    this.steps.push({ at: this.#at, happened, order: this.order });
  }
}

function linesOf(index: number, options: LifeOptions): TruthLine[] {
  const { chance, features, skus } = options;
  const lines: TruthLine[] = [];
  const kinds = between(chance, 1, Math.min(3, skus.length));
  const first = between(chance, 0, skus.length - 1);
  for (let position = 0; position < kinds; position += 1) {
    const article = skus[(first + position) % skus.length];
    if (!article) continue;
    const gift = position > 0 && (features.oneItem === true || (features.gifts && chance() < 0.2));
    const quantity = between(chance, 1, 3);
    const unitMinor = gift ? 0 : article.unitMinor;
    const number = (first + position) % skus.length;
    lines.push({
      lineId: `${index + 1}${position + 1}`,
      itemId: String(600_000 + number),
      skuId: String(700_000 + number),
      sku: article.sku,
      name: article.name,
      quantity,
      unitMinor,
      paidMinor: quantity * unitMinor,
      gift,
    });
  }
  return lines;
}

/** Takes a discount off the lines in proportion; what rounding leaves comes off the first. */
function discounted(lines: readonly TruthLine[], discountMinor: number, step: number): TruthLine[] {
  const goods = lines.reduce((sum, line) => sum + line.quantity * line.unitMinor, 0);
  if (goods === 0) return [...lines];
  const off = lines.map((line) => Math.floor((discountMinor * line.quantity * line.unitMinor) / goods / step) * step);
  const rest = discountMinor - off.reduce((sum, part) => sum + part, 0);
  return lines.map((line, position) => ({
    ...line,
    paidMinor: line.quantity * line.unitMinor - (off[position] ?? 0) - (position === 0 ? rest : 0),
  }));
}

function newborn(index: number, bornAt: number, options: LifeOptions): TruthOrder {
  const { chance, priceStep } = options;
  const createdAt = Math.floor(bornAt / 1_000) * 1_000;
  const bare = linesOf(index, options);
  const goodsMinor = bare.reduce((sum, line) => sum + line.quantity * line.unitMinor, 0);
  const discountMinor = chance() < 0.4 ? Math.floor((goodsMinor * 0.1) / priceStep) * priceStep : 0;
  const freightMinor = chance() < 0.3 ? 10 * priceStep : 0;
  return {
    id: options.idOf(index),
    createdAt,
    paidAt: null,
    updatedAt: createdAt,
    stage: 'unpaid',
    currency: options.currency,
    goodsMinor,
    freightMinor,
    discountMinor,
    couponMinor: discountMinor,
    totalMinor: goodsMinor + freightMinor - discountMinor,
    presale: null,
    buyer: { key: `buyer-${index % 997}`, name: pick(chance, NAMES) },
    receiver: {
      name: pick(chance, NAMES),
      phone: `139${String(10_000_000 + index).slice(-8)}`,
      ...pick(chance, CITIES),
      address: `平江路 ${index + 1} 号 ${(index % 18) + 1} 室`,
    },
    buyerMessage: pick(chance, MESSAGES),
    sellerMemo: '',
    flag: 0,
    lines: discounted(bare, discountMinor, priceStep),
    refunds: [],
    tracking: null,
  };
}

function lifeOf(index: number, bornAt: number, options: LifeOptions): LifeStep[] {
  const { chance, features } = options;
  const life = new Biography(newborn(index, bornAt, options), bornAt, chance);
  if (features.deposit && chance() < 0.06) {
    if (!deposit(life, chance)) return life.steps;
  } else if (!paid(life, options)) return life.steps;
  if (features.sellerMemo && chance() < 0.3) life.then({ sellerMemo: `备注 ${index}`, flag: between(chance, 0, 5) }, life.next());
  if (chance() < 0.15) refunds(life, index, options);
  if (life.order.stage === 'to-ship' && chance() < 0.6) ship(life, index, options);
  return life.steps;
}

/** False: the order ends unpaid. */
function paid(life: Biography, options: LifeOptions): boolean {
  const { chance, features } = options;
  if (chance() < 0.08) return false;
  if (chance() < 0.08) {
    life.then({ stage: 'cancelled' }, life.next());
    return false;
  }
  const second = life.next();
  const draw = chance();
  const stage = features.forming && draw < 0.1 ? 'forming' : features.review && draw > 0.93 ? 'review' : 'to-ship';
  life.then({ stage, paidAt: second }, second);
  if (stage !== 'to-ship' && chance() < 0.8) life.then({ stage: 'to-ship' }, life.next());
  return true;
}

/** False: the balance is never paid. */
function deposit(life: Biography, chance: () => number): boolean {
  const { order } = life;
  const depositMinor = Math.floor(order.totalMinor / 500) * 100;
  const depositPaidAt = life.next();
  const presale = {
    depositMinor,
    balanceMinor: order.totalMinor - depositMinor,
    balanceDueAt: order.createdAt + 86_400_000,
    depositPaidAt,
    balancePaidAt: null,
  };
  life.then({ presale }, depositPaidAt);
  if (chance() < 0.3) return false;
  const balancePaidAt = life.next();
  life.then({ presale: { ...presale, balancePaidAt }, paidAt: balancePaidAt, stage: 'to-ship' }, balancePaidAt);
  return true;
}

function ship(life: Biography, index: number, { chance, features }: LifeOptions): void {
  const tracking = { number: `YT${String(1_000_000_000 + index)}`, carrier: pick(chance, CARRIER_IDS) };
  if (features.partShipped && life.order.lines.length > 1 && chance() < 0.2) {
    life.then({ stage: 'part-shipped', tracking }, life.next());
    if (chance() < 0.4) return;
  }
  life.then({ stage: 'shipped', tracking }, life.next());
  if (features.received && chance() < 0.4) life.then({ stage: 'received' }, life.next());
  if (chance() < 0.3) life.then({ stage: 'done' }, life.next());
}

/** Whole, partial, withdrawn, or two on one order. A whole refund that is done closes the order. */
function refunds(life: Biography, index: number, options: LifeOptions): void {
  const { chance, features } = options;
  const payable = life.order.lines.filter((line) => line.paidMinor > 0);
  const [first] = payable;
  if (!first || (life.order.stage !== 'to-ship' && life.order.stage !== 'forming')) return;
  const number = (nth: number) => options.refundIdOf(index * 10 + nth);
  if (features.partialRefunds && payable.length > 1 && chance() < 0.6) {
    one(life, number(1), [first], options, chance() < 0.25);
    const second = payable[1];
    if (second && payable.length > 2 && chance() < 0.5) one(life, number(2), [second], options, false);
    return;
  }
  const done = one(life, number(1), payable, options, chance() < 0.3);
  if (done) life.then({ stage: 'cancelled' }, life.order.updatedAt, 'refund');
}

function one(life: Biography, id: string, lines: readonly TruthLine[], { chance, features }: LifeOptions, withdrawn: boolean): boolean {
  const whole = lines.length === life.order.lines.filter((line) => line.paidMinor > 0).length;
  const amountMinor = whole ? life.order.totalMinor : lines.reduce((sum, line) => sum + line.paidMinor, 0);
  const asked = life.next();
  const refund: TruthRefund = {
    id,
    kind: 'refund-only',
    state: 'asked',
    amountMinor,
    createdAt: asked,
    updatedAt: asked,
    lines: lines.map((line) => ({ lineId: line.lineId, sku: line.sku, quantity: line.quantity, amountMinor: line.paidMinor })),
  };
  const others = life.order.refunds;
  if (features.openRefunds) life.then({ refunds: [...others, refund] }, asked, 'refund');
  if (!features.openRefunds && withdrawn) return false;
  if (features.openRefunds && !withdrawn && chance() < 0.2) return false;
  const ended = features.openRefunds ? life.next() : asked;
  const state = withdrawn ? 'withdrawn' : 'done';
  life.then({ refunds: [...others, { ...refund, state, updatedAt: ended }] }, ended, 'refund');
  return !withdrawn;
}
