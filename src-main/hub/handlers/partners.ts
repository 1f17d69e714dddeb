import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';

type PartnerHandlers = Pick<Handlers, Extract<keyof Handlers, `partners.${string}`>>;

export function partnerHandlers({ store, clock, partnerDesk }: HubContext): PartnerHandlers {
  return {
    'partners.list': () => ({ items: partnerDesk.states() }),
    'partners.test': async ({ id }, { operator }) => {
      const result = await partnerDesk.test(id);
      store.transaction(() =>
        store.audit.append({ actor: operator, action: 'partner.test', subject: id, detail: { ok: result.ok } }, clock.now()),
      );
      return result;
    },
  };
}
