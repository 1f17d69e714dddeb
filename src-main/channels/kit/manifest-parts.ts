import type { LocalisedText } from '#shared/text.ts';
import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import type { ChannelManifest, CredentialField, PollTraits, RateLimit, ShopOption } from '../manifest.ts';

/**
 * What several manifests say in the same words. A part stands for one fact or one sentence of the connection form; what merely
 * looks alike (names, where a key is found, how long a window may be) stays in the manifest of its platform.
 */

type Words<T extends { name: string; label: LocalisedText; help: LocalisedText }> = Pick<T, 'name' | 'label' | 'help'>;
type FieldOf = Words<CredentialField> & Partial<Pick<CredentialField, 'aliases' | 'need' | 'pattern'>>;

/** A credential people may see, such as an app key. Always needed, unless told otherwise. */
export function plainField(field: FieldOf): CredentialField {
  return { aliases: [], kind: 'text', need: 'always', pattern: null, ...field };
}

/** A credential that is never shown again. Always needed, unless told otherwise. */
export function secretField(field: FieldOf): CredentialField {
  return { ...plainField(field), kind: 'secret' };
}

/** What a shop's authorisation gives; polling needs it, unless told otherwise. */
export function accessToken(field: Omit<FieldOf, 'name' | 'label'> & { label?: LocalisedText }): CredentialField {
  return secretField({ name: 'access_token', label: { zh: '店铺授权令牌', en: 'Access token of the shop' }, need: 'poll', ...field });
}

/** What renews an access token. A shop can be read without it, until that ends. */
export function refreshToken(help: LocalisedText): CredentialField {
  return secretField({ name: 'refresh_token', label: { zh: '续期令牌', en: 'Refresh token' }, help, need: 'optional' });
}

/** An option that takes any text. */
export function textOption(option: Words<ShopOption> & { default: string; unconfirmed: boolean }): ShopOption {
  return { ...option, kind: 'text', choices: [] };
}

/** An option that takes one of a few values; the first is the default, unless told otherwise. */
export function choiceOption(option: Words<ShopOption> & Pick<ShopOption, 'choices' | 'unconfirmed'> & { default?: string }): ShopOption {
  return { default: option.choices[0]?.value ?? '', ...option, kind: 'choice' };
}

/** Whether a message queue or connection is used beside polling. It is, until somebody switches it off. */
export function messagesOption(words: Pick<ShopOption, 'label' | 'help'>): ShopOption {
  return { name: 'messages', ...words, kind: 'boolean', choices: [], default: true, unconfirmed: false };
}

const ASSUMED_RATE: LocalisedText = {
  zh: '平台未公布，按每秒 5 次列表、10 次详情估计',
  en: 'Not published by the platform; assumed to be 5 list and 10 detail calls a second',
};

/** How fast a shop is read where no limit is published: list calls a second, everything else in proportion (`ASSUMED_LIMITS`). */
export function callsPerSecond(help = ASSUMED_RATE): ShopOption {
  const label: LocalisedText = { zh: '每秒调用上限', en: 'Calls per second' };
  return { name: 'callsPerSecond', label, help, kind: 'number', choices: [], default: 5, unconfirmed: true };
}

/** Limits where the platform publishes none; `callsPerSecond` overrides them. */
export const ASSUMED_LIMITS: readonly RateLimit[] = [
  { group: 'list', calls: 5, perMs: SECOND, basis: 'assumed' },
  { group: 'detail', calls: 10, perMs: SECOND, basis: 'assumed' },
  { group: 'write', calls: 2, perMs: SECOND, basis: 'assumed' },
  { group: 'token', calls: 1, perMs: MINUTE, basis: 'assumed' },
];

/** The name of a call whose documentation is not public: the shop may write the one its own console shows. */
export function unconfirmedCall(
  name: string,
  label: LocalisedText,
  initial: string,
  help: LocalisedText = { zh: '平台文档未核实，可按后台文档改写', en: 'Not confirmed; change it to what the console documents' },
): ShopOption {
  return textOption({ name, label, help, default: initial, unconfirmed: true });
}

/** Whether a platform's whole numbers are fen or yuan. A written decimal point settles it without asking. */
export function moneyUnit(name: string, label: LocalisedText, assumed: 'fen' | 'yuan'): ShopOption {
  return choiceOption({
    name,
    label,
    help: { zh: '写有小数点的总是元', en: 'A sum with a decimal point is always yuan' },
    choices: [
      { value: 'fen', label: { zh: '分', en: 'fen' } },
      { value: 'yuan', label: { zh: '元', en: 'yuan' } },
    ],
    default: assumed,
    unconfirmed: true,
  });
}

/** What is so for most lists. The windows are each platform's own and always stated. */
const USUAL_LIST = {
  by: 'updated',
  firstPage: 1,
  pageSize: 100,
  deepestPage: null,
  granularityMs: SECOND,
  furthestBackMs: 90 * DAY,
  entries: 'full',
} as const;

type OwnTraits = Pick<PollTraits, 'maxSpanMs' | 'lagMs' | 'overlapMs'> & Partial<Omit<PollTraits, 'paging'>>;

/** A list of orders by change time with numbered pages or offsets. */
export function numberedList(traits: OwnTraits): PollTraits {
  return { scope: 'orders', ...USUAL_LIST, ...traits, paging: 'backwards' };
}

/** A list of orders by change time whose pages follow a cursor. */
export function cursorList(traits: OwnTraits): PollTraits {
  return { scope: 'orders', ...USUAL_LIST, ...traits, paging: 'cursor' };
}

/** A token that lasts until somebody revokes it or authorises again; nothing renews it. */
export const STATIC_TOKEN: ChannelManifest['token'] = { kind: 'static', refreshEarlyMs: 0, authoriseUrl: null };
