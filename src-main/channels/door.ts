import { CHANNELS } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Door, DoorShop } from './port.ts';
import { shopifyDoor } from './shopify/door.ts';
import { standardWebhooksDoor } from './standard-webhooks/door.ts';

export type { Door, DoorShop, Normalised, SignedDelivery, Verification } from './port.ts';

/** The door of a shop, or why it has none. */
export type DoorChoice = { door: Door; reason: null } | { door: null; reason: LocalisedText };

/** Channels whose own signature scheme is spoken here. */
const NATIVE_DOORS: Partial<Record<DoorShop['channel'], Door>> = {
  shopify: shopifyDoor,
  'standard-webhooks': standardWebhooksDoor,
};

/** The door a shop's webhooks come through: its platform's own, or Standard Webhooks when the shop says it is bridged. */
export function doorFor(shop: DoorShop): DoorChoice {
  if (shop.door === 'standard-webhooks') return { door: standardWebhooksDoor, reason: null };
  const door = NATIVE_DOORS[shop.channel];
  if (door) return { door, reason: null };
  const { zh, en } = CHANNELS[shop.channel];
  return {
    door: null,
    reason: {
      zh: `${zh}的原生推送尚未接入：请让桥接程序以 Standard Webhooks 签名，并在店铺配置中设 "door": "standard-webhooks"`,
      en: `${en} has no webhook scheme of its own here yet: let a bridge sign with Standard Webhooks and set "door": "standard-webhooks" for the shop`,
    },
  };
}

/** Every secret in force for a shop: `secret` (one or a list) and `previousSecret` during a rotation. Blank ones are no secrets. */
export function secretsOf(credentials: { secret?: string | string[] | undefined; previousSecret?: string | undefined }): string[] {
  const listed = typeof credentials.secret === 'string' ? [credentials.secret] : (credentials.secret ?? []);
  return [...listed, credentials.previousSecret ?? ''].map((secret) => secret.trim()).filter((secret) => secret !== '');
}
