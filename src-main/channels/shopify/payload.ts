import type { LocalisedText } from '#shared/text.ts';
import { decimal, text, time } from '../kit/fields.ts';

interface Fault {
  place: string;
  what: LocalisedText;
}

const MISSING: LocalisedText = { zh: '缺少此项', en: 'is missing' };
const NOT_AN_AMOUNT: LocalisedText = { zh: '应为十进制金额，如 "199.65"', en: 'must be a decimal amount such as "199.65"' };
const NOT_A_TIME: LocalisedText = {
  zh: '应为 ISO 8601 时间，如 2025-06-18T20:15:33+08:00',
  en: 'must be an ISO 8601 time such as 2025-06-18T20:15:33+08:00',
};
const NOT_A_COUNT: LocalisedText = { zh: '应为不小于 0 的整数', en: 'must be a whole number, not below 0' };
const NOT_A_CURRENCY: LocalisedText = { zh: '应为 ISO 4217 货币代码，如 CNY', en: 'must be an ISO 4217 currency code such as CNY' };
const EMPTY: LocalisedText = { zh: '至少要有一行', en: 'must have at least one line' };
const NOT_AN_OBJECT: LocalisedText = { zh: '消息应为一个 JSON 对象', en: 'the message must be a JSON object' };
/** Places named in a refusal. */
const MOST_NAMED = 5;

/**
 * Reads the fields of one payload of Shopify and remembers what cannot be read, with its place. What is not there is nothing and no
 * fault, unless it is asked for by `required…`: one field nobody needs must not keep an order out. Places of lines are written
 * `line_items[].price`; the index is put in only when there is something to say.
 * Money is a decimal string in shop currency, times are ISO 8601 with an offset, ids are 64-bit integers.
 * Source: shopify.dev REST Admin API, Order and Refund resources; Shopify/shopify-api-js types.
 */
export class Reading {
  readonly #faults: Fault[] = [];
  currency: string;

  constructor(currency: string) {
    this.currency = currency;
  }

  /** Amount in minor units of the shop's currency; nothing is 0. */
  amount(value: unknown, place: string, index = -1): number {
    const minor = decimal(value, this.currency);
    if (minor === null && text(value) !== '') this.#say(place, NOT_AN_AMOUNT, index);
    return minor ?? 0;
  }
  requiredAmount(value: unknown, place: string, index = -1): number {
    if (text(value) === '') this.#say(place, MISSING, index);
    return this.amount(value, place, index);
  }
  /** Epoch ms; nothing is null. */
  time(value: unknown, place: string, index = -1): number | null {
    const at = time(value);
    if (at === null && text(value) !== '') this.#say(place, NOT_A_TIME, index);
    return at;
  }
  requiredTime(value: unknown, place: string): number {
    if (text(value) === '') this.#say(place, MISSING);
    return this.time(value, place) ?? 0;
  }
  requiredId(value: unknown, place: string): string {
    const id = text(value);
    if (id === '') this.#say(place, MISSING);
    return id;
  }
  requiredCount(value: unknown, place: string, index: number): number {
    const number = typeof value === 'number' ? value : Number(text(value) || NaN);
    if (Number.isSafeInteger(number) && number >= 0) return number;
    this.#say(place, text(value) === '' ? MISSING : NOT_A_COUNT, index);
    return 0;
  }
  requiredCurrency(value: unknown, place: string): string {
    const code = text(value);
    if (!/^[A-Z]{3}$/.test(code)) this.#say(place, code === '' ? MISSING : NOT_A_CURRENCY);
    return code;
  }
  lines(count: number, place: string): void {
    if (count === 0) this.#say(place, EMPTY);
  }

  #say(place: string, what: LocalisedText, index = -1): void {
    this.#faults.push({ place: place.replace('[]', `[${index}]`), what });
  }

  /** Null when all could be read. */
  refusal(): { ok: false; reason: LocalisedText } | null {
    if (this.#faults.length === 0) return null;
    const said = this.#faults.slice(0, MOST_NAMED);
    return {
      ok: false,
      reason: {
        zh: said.map(({ place, what }) => `${place}：${what.zh}`).join('；'),
        en: said.map(({ place, what }) => `${place}: ${what.en}`).join('; '),
      },
    };
  }
}

export function notAnObject(): { ok: false; reason: LocalisedText } {
  return { ok: false, reason: NOT_AN_OBJECT };
}
