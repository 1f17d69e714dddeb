import { CHANNELS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { PushDoor, ShopKeys } from './channel.ts';
import type { ChannelManifest, CredentialField } from './manifest.ts';

/** Credentials as a configuration file or the form holds them. */
export type RawCredentials = Readonly<Record<string, unknown>>;

/** The door of a shop, or why it has none. */
export type DoorChoice = { door: PushDoor; reason: null } | { door: null; reason: LocalisedText };

/** Every webhook secret in force: `secret` (one or a list), `webhookSecret`, and `previousSecret` during a rotation. Blank ones are no secrets. */
export function secretsOf(credentials: RawCredentials): string[] {
  const named = new Map(Object.entries(credentials).map(([name, value]) => [plainName(name), value]));
  return ['secret', 'webhooksecret', 'previoussecret']
    .flatMap((name) => [named.get(name) ?? []].flat())
    .filter((secret) => typeof secret === 'string')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
}

/** `app_key`, `appKey`, `APP-KEY` are one name. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

/** What a bridge signs with, kept beside the platform's own credentials where the manifest names no such field. */
export const BRIDGE_SECRET = 'webhookSecret';

function namesOf(fields: readonly CredentialField[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { name, aliases } of fields) for (const alias of aliases) names.set(plainName(alias), name);
  for (const { name } of fields) names.set(plainName(name), name);
  return names;
}

function textOf(value: unknown): string {
  const [first] = [value].flat();
  return typeof first === 'string' || typeof first === 'number' ? String(first).trim() : '';
}

/**
 * Credentials by the manifest's field names; names are compared without case, `_` and `-`, and by alias. What the manifest does
 * not name is left out, but for the secret of a bridge. Without a manifest (a bridged shop) only the webhook secrets count.
 */
export function readCredentials(manifest: Pick<ChannelManifest, 'fields'> | null, raw: RawCredentials): ShopKeys {
  const names = namesOf(manifest?.fields ?? []);
  const fields: Record<string, string> = {};
  for (const [given, value] of Object.entries(raw)) {
    const name = names.get(plainName(given)) ?? (plainName(given) === plainName(BRIDGE_SECRET) ? BRIDGE_SECRET : undefined);
    const text = textOf(value);
    if (name !== undefined && text !== '') fields[name] = text;
  }
  const canonical = Object.entries(raw).map(([given, value]) => [names.get(plainName(given)) ?? given, value] as const);
  return { fields, secrets: secretsOf(Object.fromEntries(canonical)) };
}

/** Names of the fields that are missing for pushing or polling. */
export function missingFields(manifest: Pick<ChannelManifest, 'fields'>, keys: ShopKeys, need: 'push' | 'poll'): string[] {
  return manifest.fields
    .filter((field) => (field.need === 'always' || field.need === need) && keys.fields[field.name] === undefined)
    .map(({ name }) => name);
}

/** The door a shop's webhooks come through: its platform's own, or Standard Webhooks when the shop says it is bridged. */
export function doorFor(
  shop: { channel: ChannelId; door: 'native' | 'standard-webhooks' },
  doorOf: (channel: ChannelId) => PushDoor | null,
): DoorChoice {
  const door = doorOf(shop.door === 'standard-webhooks' ? 'standard-webhooks' : shop.channel);
  if (door) return { door, reason: null };
  const { zh, en } = CHANNELS[shop.channel];
  return {
    door: null,
    reason: {
      zh: `${zh}不通过 HTTP 推送：订单由轮询或长连接取得；若由桥接程序推送，请在店铺配置中设 "door": "standard-webhooks"`,
      en: `${en} does not push over HTTP: its orders are polled or come over a long connection; for a bridge, set "door": "standard-webhooks" for the shop`,
    },
  };
}
