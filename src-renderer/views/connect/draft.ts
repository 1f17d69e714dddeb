import type { ChannelId } from '#shared/channels.ts';
import type { Manifest } from '#shared/contract/connections.ts';
import type { MethodInput, MethodOutput } from '#shared/contract/index.ts';

type Field = Manifest['fields'][number];
type OptionValue = string | number | boolean;
export type Connection = MethodOutput<'shops.connection'>;

/** What the panel gathers before anything is sent. Secrets live here until the panel closes and nowhere else. */
export interface Draft {
  channel: ChannelId;
  shopId: string;
  name: string;
  fields: Record<string, string>;
  options: Record<string, OptionValue>;
  endpoint: string;
  push: boolean;
  poll: boolean;
  door: 'native' | 'standard-webhooks';
}

/** Ids go into an address, so they hold nothing an address would have to spell out. */
export const SHOP_ID = /^[A-Za-z0-9._-]{1,60}$/;

/** A fresh draft of a channel, or the draft of a shop that is connected: its secrets stay where they are. */
export function draftOf(manifest: Manifest, connection: Connection | null): Draft {
  const defaults = Object.fromEntries(manifest.options.map((option) => [option.name, option.default]));
  return {
    channel: manifest.id,
    shopId: connection?.shopId ?? '',
    name: connection?.name ?? '',
    fields: Object.fromEntries(manifest.fields.map(({ name }) => [name, ''])),
    options: { ...defaults, ...connection?.options },
    endpoint: connection?.endpoint ?? '',
    push: connection?.push ?? manifest.capabilities.push !== 'none',
    poll: connection?.poll ?? manifest.capabilities.poll,
    door: connection?.door ?? 'native',
  };
}

/** The field of a bridge's secret, beside those of the channel. */
export const BRIDGE_SECRET = 'webhookSecret';

/** Whether a field must be filled for what the draft switches on. A shop that is bridged and not polled needs nothing of its platform. */
export function isNeeded({ need }: Pick<Field, 'need'>, draft: Draft): boolean {
  if (need === 'push') return draft.push && draft.door === 'native';
  return (need === 'always' && (draft.poll || draft.door === 'native')) || (need === 'poll' && draft.poll);
}

/** Whether the secret of a bridge is asked for and neither typed nor kept. */
export function lacksBridgeSecret(draft: Draft, kept: readonly string[]): boolean {
  return draft.door === 'standard-webhooks' && (draft.fields[BRIDGE_SECRET] ?? '').trim() === '' && !kept.includes(BRIDGE_SECRET);
}

/** A bridge pushes, whatever the platform itself does; without one the platform's own way is back. */
export function setBridge(manifest: Manifest, draft: Draft, bridged: boolean): void {
  draft.door = bridged ? 'standard-webhooks' : 'native';
  draft.push = bridged || manifest.capabilities.push !== 'none';
}

/** Fields that are needed, blank, and not kept already. */
export function missingFields(manifest: Manifest, draft: Draft, kept: readonly string[]): Field[] {
  return manifest.fields.filter(
    (field) => isNeeded(field, draft) && (draft.fields[field.name] ?? '').trim() === '' && !kept.includes(field.name),
  );
}

/** Whether what was typed has not the form the platform gives it. */
export function isMisshapen({ name, pattern }: Field, draft: Draft): boolean {
  const typed = (draft.fields[name] ?? '').trim();
  return pattern !== null && typed !== '' && !new RegExp(pattern).test(typed);
}

export function isAddress(text: string): boolean {
  return text.trim() === '' || (URL.canParse(text.trim()) && /^https?:$/.test(new URL(text.trim()).protocol));
}

/** Whether the draft may be tried: what is wrong with it is said beside each field. */
export function isComplete(manifest: Manifest, draft: Draft, kept: readonly string[]): boolean {
  return (
    SHOP_ID.test(draft.shopId) &&
    (draft.push || draft.poll) &&
    isAddress(draft.endpoint) &&
    missingFields(manifest, draft, kept).length === 0 &&
    !lacksBridgeSecret(draft, kept) &&
    manifest.fields.every((field) => !isMisshapen(field, draft))
  );
}

/** What is sent: blank fields are left out, so that kept ones stay; options only where they differ from their default. */
export function inputOf(manifest: Manifest, draft: Draft): MethodInput<'shops.connect'> {
  const typed = Object.entries(draft.fields)
    .map(([name, value]): [string, string] => [name, value.trim()])
    .filter(([, value]) => value !== '');
  const chosen = manifest.options.filter(({ name, default: shipped }) => draft.options[name] !== shipped);
  return {
    channel: draft.channel,
    shopId: draft.shopId,
    name: draft.name.trim(),
    fields: Object.fromEntries(typed),
    options: Object.fromEntries(chosen.map(({ name }) => [name, draft.options[name] ?? ''])),
    endpoint: draft.endpoint.trim() === '' ? null : draft.endpoint.trim(),
    push: draft.push,
    poll: draft.poll,
    door: draft.door,
  };
}

/** What was pasted after agreeing: the code alone, or the whole address the platform returned to, whose query may be signed. */
export function codeOf(pasted: string): { code: string; query: string } {
  const text = pasted.trim();
  const question = text.indexOf('?');
  if (question === -1) return { code: text, query: '' };
  const query = text.slice(question + 1).replace(/#.*$/, '');
  return { code: new URLSearchParams(query).get('code') ?? text, query };
}
