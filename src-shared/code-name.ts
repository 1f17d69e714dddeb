import { CHANNELS, type ChannelId } from './channels.ts';
import { intentName } from './message.ts';
import type { LocalisedText } from './text.ts';

/** ISO 8601: 1 is Monday. */
const WEEKDAYS: readonly LocalisedText[] = [
  { zh: '周一', en: 'Monday' },
  { zh: '周二', en: 'Tuesday' },
  { zh: '周三', en: 'Wednesday' },
  { zh: '周四', en: 'Thursday' },
  { zh: '周五', en: 'Friday' },
  { zh: '周六', en: 'Saturday' },
  { zh: '周日', en: 'Sunday' },
];

/** Whether a duty-free limit was found in what its authority published. */
export const DUTY_BASES = {
  published: { zh: '限额见公布的规定', en: 'limit as published' },
  unconfirmed: { zh: '限额出处未核实，请先核对', en: 'limit not confirmed, check it first' },
} as const satisfies Record<string, LocalisedText>;
export type DutyBasis = keyof typeof DUTY_BASES;

/** What people call a value that is stored as a code, by the unit of its field; null where the value is no code, or nobody named it. */
export function codeName(unit: string, value: string | number): LocalisedText | null {
  if (unit === 'intent') return intentName(String(value));
  if (unit === 'weekday') return WEEKDAYS[Number(value) - 1] ?? null;
  if (unit === 'duty-basis') return Object.hasOwn(DUTY_BASES, value) ? DUTY_BASES[value as DutyBasis] : null;
  if (unit !== 'channel') return null;
  const channel = Object.hasOwn(CHANNELS, value) ? CHANNELS[value as ChannelId] : null;
  return channel && { zh: channel.zh, en: channel.en };
}
