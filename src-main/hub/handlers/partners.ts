import type { PartnerId } from '#shared/contract/partners.ts';
import { PARTNER_IDS } from '#shared/contract/partners.ts';
import type { LocalisedText } from '#shared/text.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubConfig } from '../config.ts';
import type { HubContext } from '../context.ts';
import { configOf, formOf } from '../partner-forms.ts';
import { checkEndpoint, checkMoved } from './addresses.ts';

type PartnerHandlers = Pick<Handlers, Extract<keyof Handlers, `partners.${string}`>>;
type Values = Record<string, string>;

const FROM_FILE: LocalisedText = {
  zh: '这个合作方来自配置文件，请在配置文件中修改',
  en: 'This partner comes from the configuration file; change it there',
};
const NOT_CONNECTED: LocalisedText = { zh: '这个合作方还没有接入', en: 'This partner is not connected' };

/** Connecting partners on screen. Secrets go in and never come out; the audit names fields, not values. */
export function partnerHandlers({ store, clock, partners }: HubContext): PartnerHandlers {
  const { desk, book } = partners;
  const audit = (actor: string, action: string, subject: PartnerId, detail: Record<string, unknown>) => ({
    actor,
    action,
    subject,
    detail,
  });
  return {
    'partners.list': () => ({ items: desk.states() }),
    'partners.catalogue': () => ({ items: PARTNER_IDS.map(formOf) }),
    'partners.connection': ({ id }) => {
      const kept = book.values(id);
      const { fields } = formOf(id);
      const open = fields.filter(({ kind, name }) => kind !== 'secret' && kept[name] !== undefined);
      const filled = fields.filter(({ kind, name }) => kind === 'secret' && kept[name] !== undefined).map(({ name }) => name);
      return { id, ...book.of(id), values: Object.fromEntries(open.map(({ name }) => [name, kept[name] ?? ''])), filled };
    },
    'partners.test': async ({ id, values }, { operator }) => {
      const links = values === undefined ? null : partners.linksOf(checked(id, merged(id, values)));
      const result = await desk.test(id, links);
      store.transaction(() => store.audit.append(audit(operator, 'partner.test', id, { ok: result.ok }), clock.now()));
      return result;
    },
    'partners.connect': ({ id, values }, { operator }) => {
      const { source, on } = book.of(id);
      if (source === 'file') throw new Refusal('bad_request', FROM_FILE);
      const kept = merged(id, values);
      checked(id, kept);
      const fields = Object.keys(values).filter((name) => values[name]?.trim() !== '');
      const action = source === null ? 'partner.connected' : 'partner.changed';
      book.keep(id, kept, source === null ? true : on, audit(operator, action, id, { fields }));
      return desk.state(id);
    },
    'partners.switch': ({ id, on }, { operator }) => {
      changeable(id);
      book.keep(id, { ...book.values(id) }, on, audit(operator, on ? 'partner.on' : 'partner.off', id, {}));
      return desk.state(id);
    },
    'partners.remove': ({ id }, { operator }) => {
      changeable(id);
      book.remove(id, audit(operator, 'partner.removed', id, {}));
      return desk.state(id);
    },
  };

  /** What was typed over what is kept. Throws the refusal for kept secrets that would go to another host. */
  function merged(id: PartnerId, typed: Values): Values {
    const [before, after] = [book.values(id), book.merged(id, typed)];
    const { fields } = formOf(id);
    // The partner calls this one; nothing is sent there.
    const places = fields.filter(({ kind, name }) => kind === 'url' && name !== 'callbackUrl');
    const addresses = (values: Readonly<Values>) => places.flatMap(({ name }) => values[name] ?? []);
    const secrets = fields.filter(
      ({ kind, name }) => kind === 'secret' && before[name] !== undefined && (typed[name]?.trim() ?? '') === '',
    );
    checkMoved(
      addresses(before),
      addresses(after),
      secrets.map(({ label }) => label),
    );
    return after;
  }
  function changeable(id: PartnerId): void {
    const { source } = book.of(id);
    if (source === 'file') throw new Refusal('bad_request', FROM_FILE);
    if (source === null) throw new Refusal('not_found', NOT_CONNECTED);
  }
}

/** The configuration these values make. Throws the refusal that names what is missing or misshapen, or would leave the machine in the clear. */
function checked(id: PartnerId, values: Values): HubConfig['partners'] {
  const read = configOf(id, values);
  if (!read.ok) throw new Refusal('bad_request', read.text);
  for (const [name, value] of Object.entries(values)) if (/^(?:url|snapshot|feed|check|endpoint|\w+Url)$/.test(name)) checkEndpoint(value);
  return read.config;
}
