import { text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';

/** Keys that decide before `order=…`, in this order. Source: POP documentation of order.information.get. */
const FIRST_KEYS = ['confirm=2', 'group=2', 'refund=4', 'refund=3', 'refund=2', 'confirm=0', 'group=0', 'risk=1'];
/** Values that are documented; any other is a word nobody knows, whatever the other enums say. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  confirm: ['', '0', '1', '2'],
  group: ['', '0', '1', '2'],
  refund: ['', '1', '2', '3', '4'],
  risk: ['', '0', '1'],
};

function wordsOf(order: Fields): Record<string, string> {
  return {
    confirm: text(order.confirm_status),
    group: text(order.group_status),
    order: text(order.order_status),
    refund: text(order.refund_status),
    risk: text(order.risk_control_status),
  };
}

function holds(words: Readonly<Record<string, string>>, key: string): boolean {
  const [name = ''] = key.split('=');
  return key === `${name}=${words[name]}`;
}

/** `confirm=1 group=1 order=2 refund=2 risk=0`: the platform's four enums and its risk flag, unchanged. */
export function rawStatusOf(order: Fields): string {
  return Object.entries(wordsOf(order))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** The key of the mapping that decides the state; an undocumented value is its own key. */
export function statusKeyOf(order: Fields): string {
  const words = wordsOf(order);
  const strange = Object.keys(KNOWN).find((name) => !KNOWN[name]?.includes(words[name] ?? ''));
  return strange === undefined ? firstKeyOf(order, FIRST_KEYS) : `${strange}=${words[strange]}`;
}

/** The key that would decide it if no refund did: what a refund lies over. */
export function keyBeneathOf(order: Fields): string {
  return firstKeyOf(
    order,
    FIRST_KEYS.filter((key) => !key.startsWith('refund=')),
  );
}

function firstKeyOf(order: Fields, keys: readonly string[]): string {
  const words = wordsOf(order);
  const first = keys.find((key) => holds(words, key));
  if (first === 'confirm=0') return time(order.pay_time) === null ? first : 'confirm=0 paid';
  return first ?? `order=${words.order}`;
}

/** Keys that forbid shipping. An open refund decides the state before them, but lifts none of them. */
const HOLD_KEYS = ['confirm=0', 'group=0', 'risk=1'];

/** The key of the mapping that says why the platform forbids shipping a paid order; null: nothing does. */
export function holdKeyOf(order: Fields): string | null {
  const words = wordsOf(order);
  const key = HOLD_KEYS.find((word) => holds(words, word));
  if (key !== 'confirm=0') return key ?? null;
  return time(order.pay_time) === null ? null : 'confirm=0 paid';
}
