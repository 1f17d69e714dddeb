import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';

type Arriving = Pick<
  Handlers,
  | Extract<keyof Handlers, `${'shops' | 'feeds' | 'gaps' | 'mapping' | 'imports' | 'partners'}.${string}`>
  | 'channels.catalogue'
  | 'orders.ship'
  | 'orders.memo'
>;

function notYet(): never {
  throw new Refusal('busy', { zh: '此功能正在启用，请稍后再试', en: 'This is being put in place; try again later' });
}

/** Methods of the contract whose handlers are not in place yet. */
export const arrivingHandlers: Arriving = {
  'channels.catalogue': notYet,
  'shops.connection': notYet,
  'shops.test': notYet,
  'shops.connect': notYet,
  'shops.switch': notYet,
  'shops.authorise': notYet,
  'shops.remove': notYet,
  'feeds.list': notYet,
  'feeds.poll': notYet,
  'gaps.days': notYet,
  'gaps.list': notYet,
  'gaps.check': notYet,
  'gaps.backfill': notYet,
  'orders.ship': notYet,
  'orders.memo': notYet,
  'mapping.get': notYet,
  'mapping.set': notYet,
  'mapping.try': notYet,
  'imports.begin': notYet,
  'imports.append': notYet,
  'imports.inspect': notYet,
  'imports.preview': notYet,
  'imports.start': notYet,
  'imports.cancel': notYet,
  'imports.list': notYet,
  'imports.errors': notYet,
  'imports.profiles': notYet,
  'imports.saveProfile': notYet,
  'imports.removeProfile': notYet,
  'partners.list': notYet,
  'partners.test': notYet,
};
