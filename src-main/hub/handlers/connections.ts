import { CHANNELS } from '#shared/channels.ts';
import type { Manifest } from '#shared/contract/connections.ts';
import type { MethodParams } from '#shared/contract/index.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { ChannelAdapter } from '#main/channels/channel.ts';
import type { TokenGrant } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import { BRIDGE_SECRET, readCredentials } from '#main/channels/keys.ts';
import { ADAPTERS, adapterOf } from '#main/channels/registry.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';
import type { Connection, ShopKey } from '../feed-ports.ts';
import { optionsOf } from '../shop-options.ts';
import { shopOfConnection } from '../shops.ts';
import type { Shop } from '../shops.ts';
import { testCall } from '../test-call.ts';
import { webhookPathOf } from '../webhook-path.ts';
import { checkEndpoint, checkMoved } from './addresses.ts';
import { findShop } from './lookup.ts';

type ConnectionHandlers = Pick<Handlers, Extract<keyof Handlers, `shops.${string}`> | 'channels.catalogue'>;
type Draft = MethodParams<'shops.test'>;

const FROM_FILE: LocalisedText = {
  zh: '这个店铺来自配置文件，请在配置文件中修改',
  en: 'This shop comes from the configuration file; change it there',
};

/** Connecting shops on screen. Credentials go in and never come out; the audit names fields, not values. */
export function connectionHandlers(context: HubContext): ConnectionHandlers {
  return {
    'channels.catalogue': () => ({ items: [...ADAPTERS.values()].map(manifestOf) }),
    'shops.connection': (key) => connectionOf(context, findShop(context.shops, key)),
    'shops.test': (draft) => test(context, draft),
    'shops.connect': (draft, { operator }) => connect(context, draft, operator),
    'shops.switch': ({ on, ...key }, { operator }) => {
      const stored = storedConnection(context, key);
      keep(context, { ...stored, active: on }, operator, on ? 'shop.on' : 'shop.off', {});
      return { channel: stored.channel, shopId: stored.shopId, on };
    },
    'shops.authorise': ({ code, query, ...key }, { operator }) => authorise(context, key, { code, query }, operator),
    'shops.remove': (key, { operator }) => {
      const { channel, shopId } = storedConnection(context, key);
      const { store, clock, shops } = context;
      store.transaction(() => {
        store.connections.remove({ channel, shopId });
        store.tasks.settle(`connection:${channel}/${shopId}`, clock.now(), operator);
        store.audit.append({ actor: operator, action: 'shop.removed', subject: `${channel}/${shopId}`, detail: {} }, clock.now());
      });
      shops.remove(channel, shopId);
      return { channel, shopId };
    },
  };
}

/** A connection that may be changed here. Throws the refusal for shops of the configuration file. */
function storedConnection(context: HubContext, key: ShopKey): Connection {
  const shop = findShop(context.shops, key);
  const stored = context.store.connections.all().find(({ channel, shopId }) => channel === key.channel && shopId === key.shopId);
  if (shop.source === 'file' || !stored) throw new Refusal('bad_request', FROM_FILE);
  return stored;
}

/** What the form of a channel needs to know; aliases and paging are the program's own. */
function manifestOf({ manifest }: ChannelAdapter): Manifest {
  const { id, capabilities, fields, options, limits, token, webhookHelp, unconfirmed } = manifest;
  const { code, zh, en } = CHANNELS[id];
  return {
    id,
    code,
    name: { zh, en },
    capabilities,
    fields: fields.map(({ name, label, help, kind, need, pattern }) => ({ name, label, help, kind, need, pattern })),
    options: optionsOf({ capabilities, options }).map((option) => ({ ...option, choices: [...option.choices] })),
    limits: [...limits],
    authoriseUrl: token.authoriseUrl,
    webhookHelp,
    unconfirmed: [...unconfirmed],
  };
}

function connectionOf({ store }: HubContext, shop: Shop): ReturnType<ConnectionHandlers['shops.connection']> {
  const { channel, shopId, name, source, on, push, poll, door, endpoint, options } = shop;
  return {
    channel,
    shopId,
    name,
    source,
    on,
    push,
    poll,
    door,
    endpoint,
    options: { ...options },
    filled: filledOf(shop),
    identity: store.connections.identity({ channel, shopId }),
    webhookPath: webhookPathOf({ channel, shopId }),
  };
}

/** Names of the credentials that are kept; whichever secret a bridge signs with goes by one name. */
function filledOf({ door, keys }: Shop): string[] {
  const bridged = door === 'standard-webhooks' && keys.secrets.length > 0 ? [BRIDGE_SECRET] : [];
  return [...new Set([...Object.keys(keys.fields), ...bridged])];
}

/** What was typed over what is kept: a blank field keeps its value. Throws the refusal for kept secrets that would go to another host. */
function credentialsOf({ shops }: HubContext, draft: Draft): Record<string, string> {
  const { manifest } = adapterOf(draft.channel);
  const known = shops.find(draft.channel, draft.shopId);
  const kept = known?.keys.fields ?? {};
  const filled = Object.entries(draft.fields).filter(([, value]) => value.trim() !== '');
  const typed = readCredentials(manifest, Object.fromEntries(filled)).fields;
  const merged = { ...kept, ...typed };
  const addresses = (endpoint: string | null, values: Readonly<Record<string, string>>): string[] => [
    endpoint ?? manifest.origin,
    ...manifest.fields.flatMap(({ kind, name }) => (kind === 'url' ? (values[name] ?? []) : [])),
  ];
  const secrets = manifest.fields.filter(({ kind, name }) => kind === 'secret' && kept[name] !== undefined && typed[name] === undefined);
  checkMoved(
    known ? addresses(known.endpoint, kept) : [],
    addresses(draft.endpoint, merged),
    secrets.map(({ label }) => label),
  );
  return merged;
}

async function test(context: HubContext, draft: Draft): Promise<Awaited<ReturnType<ConnectionHandlers['shops.test']>>> {
  checkEndpoint(draft.endpoint);
  const { feeds, shops, store, clock } = context;
  const { push, poll, door, endpoint, options, ...address } = draft;
  const { channel, shopId, name } = address;
  const document = { push, poll, door, endpoint, options };
  const tried = { channel, shopId, name, document, sealed: new Uint8Array(), identity: null, active: true };
  const shop = shopOfConnection(tried, credentialsOf(context, draft));
  const trial = poll && shop.adapter.connect ? feeds.trial(shop) : null;
  const transport = context.transportFor(shop);
  const [mapping, knownIdentity] = [shops.mappingOf(channel), store.connections.identity({ channel, shopId })];
  try {
    return await testCall({ shop, mapping, trial, transport, knownIdentity, now: () => clock.now() });
  } finally {
    trial?.close();
    transport.close();
  }
}

function connect(context: HubContext, draft: Draft, operator: string): ReturnType<ConnectionHandlers['shops.connect']> {
  const { channel, shopId, name, push, poll, door, endpoint, options } = draft;
  const key = { channel, shopId };
  checkEndpoint(endpoint);
  const known = context.shops.find(channel, shopId);
  if (known?.source === 'file') throw new Refusal('bad_request', FROM_FILE);
  const connection: Connection = {
    ...key,
    name,
    document: { push, poll, door, endpoint, options },
    sealed: context.vault.seal(credentialsOf(context, draft), `${channel}/${shopId}`),
    // Other credentials for the same shop must be those of the same shop: the feed compares them.
    identity: context.store.connections.identity(key),
    active: known?.on ?? false,
  };
  const fields = Object.keys(draft.fields).filter((field) => draft.fields[field]?.trim() !== '');
  keep(context, connection, operator, known ? 'shop.changed' : 'shop.connected', { fields, push, poll, door, endpoint, options });
  return { ...key, webhookPath: webhookPathOf(key) };
}

/** Writes a connection down and takes it into force; `grant`: with a token it was just given. */
function keep(
  context: HubContext,
  connection: Connection,
  operator: string,
  action: string,
  detail: Record<string, unknown>,
  grant: TokenGrant | null = null,
): void {
  const { store, clock, vault, shops, feeds } = context;
  const subject = `${connection.channel}/${connection.shopId}`;
  store.transaction(() => {
    store.connections.put(connection, clock.now());
    store.audit.append({ actor: operator, action, subject, detail }, clock.now());
  });
  const shop = shopOfConnection(connection, vault.open(connection.sealed, subject) as Record<string, string>);
  if (grant) feeds.adopt(shop, grant);
  shops.put(shop);
}

async function authorise(
  context: HubContext,
  key: ShopKey,
  { code, query }: { code: string; query: string },
  operator: string,
): Promise<Awaited<ReturnType<ConnectionHandlers['shops.authorise']>>> {
  const shop = findShop(context.shops, key);
  const { channel, shopId, source } = shop;
  const subject = `${channel}/${shopId}`;
  try {
    const grant = await context.feeds.authorise(channel, shopId, code, query);
    if (source === 'screen') {
      const tokens = { access_token: grant.accessToken, ...(grant.refreshToken !== null && { refresh_token: grant.refreshToken }) };
      const sealed = context.vault.seal({ ...shop.keys.fields, ...tokens }, subject);
      keep(context, { ...storedConnection(context, key), sealed }, operator, 'shop.authorised', {}, grant);
    } else {
      const { store, clock } = context;
      store.transaction(() => store.audit.append({ actor: operator, action: 'shop.authorised', subject, detail: {} }, clock.now()));
    }
    return { channel, shopId, expiresAt: grant.expiresAt };
  } catch (error) {
    if (error instanceof ChannelError) throw new Refusal('bad_request', error.text);
    throw error;
  }
}
