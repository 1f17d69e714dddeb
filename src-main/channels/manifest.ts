import type { ChannelId } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';

/** One field of the connection form. `name` is canonical; configuration files may also use an alias, in any case, with or without `_` and `-`. */
export interface CredentialField {
  name: string;
  aliases: readonly string[];
  label: LocalisedText;
  help: LocalisedText;
  kind: 'text' | 'secret' | 'url';
  need: 'always' | 'push' | 'poll' | 'optional';
  /** Regular expression for the form alone; null: anything. */
  pattern: string | null;
}

/** Something a merchant may set. `unconfirmed`: the platform fact behind the default is not confirmed. */
export interface ShopOption {
  name: string;
  label: LocalisedText;
  help: LocalisedText;
  kind: 'number' | 'text' | 'boolean' | 'choice';
  choices: readonly { value: string; label: LocalisedText }[];
  default: string | number | boolean;
  unconfirmed: boolean;
}

export type CallGroup = 'list' | 'detail' | 'write' | 'token';

/** At most `calls` in any `perMs` for a group of calls. `assumed`: the platform publishes none; the option `callsPerSecond` overrides it. */
export interface RateLimit {
  group: CallGroup;
  calls: number;
  perMs: number;
  basis: 'published' | 'assumed';
}

export type PollScope = 'orders' | 'refunds';

/** How one list of a platform wants to be read. Durations in ms. */
export interface PollTraits {
  scope: PollScope;
  /** `created`: the list cannot be asked by change time; what is open is asked for again by id. */
  by: 'updated' | 'created';
  /** `backwards`: numbered pages or offsets, read from the last one. */
  paging: 'backwards' | 'cursor';
  firstPage: 0 | 1;
  pageSize: number;
  /** Deepest page the platform serves; deeper windows are split in half. Null: no bound known. */
  deepestPage: number | null;
  /** Longest window of one call. */
  maxSpanMs: number;
  /** A window never ends later than the platform's time minus this; at least one step of its change time, so that no window is open. */
  lagMs: number;
  overlapMs: number;
  /** Smallest step of the platform's change time. */
  granularityMs: 1 | 1_000;
  furthestBackMs: number;
  /** The list carries whole orders, or only what is needed to fetch them. */
  entries: 'full' | 'ids';
}

export interface ChannelManifest {
  id: ChannelId;
  capabilities: {
    push: 'http' | 'socket' | 'messages' | 'none';
    poll: boolean;
    refunds: 'in-order' | 'list' | 'both' | 'none';
    ship: boolean;
    memo: boolean;
    /** Only absolute levels are pushed: a difference cannot be repeated safely. */
    stock: 'absolute' | 'none';
    /** By which time the platform lists the ids of a day (M10). */
    dayList: 'created' | 'paid' | 'none';
    receiver: 'plain' | 'masked';
  };
  fields: readonly CredentialField[];
  options: readonly ShopOption[];
  limits: readonly RateLimit[];
  polls: readonly PollTraits[];
  token: { kind: 'static' | 'refreshed' | 'client-credential'; refreshEarlyMs: number; authoriseUrl: string | null };
  /** Orders of one detail call. */
  detailBatch: number;
  /** Largest difference of clocks the platform accepts; null: it does not look. */
  clockToleranceMs: number | null;
  /** Scheme, host and port of the platform, replaced by a shop's `endpoint`. */
  origin: string;
  /** Anchored regular expression of the platform's order number, for imports and the bench. */
  orderIdPattern: string;
  /** Where to paste the webhook address and what to tick; null without HTTP push. */
  webhookHelp: LocalisedText | null;
  /** What is not confirmed about this platform, for settings and docs/channels.md. */
  unconfirmed: readonly LocalisedText[];
}
