import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';

type Arriving = Pick<Handlers, Extract<keyof Handlers, `partners.${string}`>>;

function notYet(): never {
  throw new Refusal('busy', { zh: '此功能正在启用，请稍后再试', en: 'This is being put in place; try again later' });
}

/** Methods of the contract whose handlers are not in place yet. */
export const arrivingHandlers: Arriving = { 'partners.list': notYet, 'partners.test': notYet };
