import type { ChannelId } from '#shared/channels.ts';
import { mappingEditsSchema } from '#shared/contract/mapping.ts';
import type { ChannelMappingView, MappingEdits } from '#shared/contract/mapping.ts';
import { CHANNEL_IDS } from '#shared/channels.ts';
import type { ChannelMapping, StatusMeaning } from '#main/channels/channel.ts';
import { adapterOf } from '#main/channels/registry.ts';
import type { UnknownWord } from '#main/model/incoming.ts';
import type { MappingStore } from './feed-ports.ts';
import type { Shops } from './shops.ts';

const NO_EDITS: MappingEdits = { statuses: {}, refunds: {}, complaints: {} };
const TABLE_OF = { status: 'statuses', refund: 'refunds', complaint: 'complaints' } as const;
const BY_HAND = { zh: '人工设定', en: 'Set by hand' };

/**
 * What each channel's words mean (A4): the shipped table with the newest edits laid over it. Put together once per change, so
 * that the very next message is read with them.
 */
export class Mappings {
  readonly #store: MappingStore;
  readonly #shops: Shops;

  /** Takes the stored edits into force. */
  constructor(store: MappingStore, shops: Shops) {
    this.#store = store;
    this.#shops = shops;
    for (const channel of CHANNEL_IDS) if (store.newest(channel)) this.takeUp(channel);
  }

  /** The mapping as it would be with these edits; null: as it is in force. */
  with(channel: ChannelId, edits: MappingEdits | null): ChannelMapping {
    return edits ? layOver(adapterOf(channel).mapping, edits) : this.#shops.mappingOf(channel);
  }

  /** Keeps edits in place of the former ones. Call inside a transaction, and `takeUp` after it. Answers the words that had no meaning before. */
  set(channel: ChannelId, edits: MappingEdits, at: number, by: string): UnknownWord[] {
    const before = this.#shops.mappingOf(channel);
    const mapping = this.with(channel, edits);
    this.#store.add(channel, edits, at, by);
    return (['status', 'refund', 'complaint'] as const)
      .flatMap((kind) => Object.keys(mapping[TABLE_OF[kind]]).map((word) => ({ kind, word })))
      .filter((word) => !knows(before, word));
  }

  /** The next message is read with what is kept. */
  takeUp(channel: ChannelId): void {
    this.#shops.setMapping(channel, this.with(channel, this.#edits(channel)));
  }

  /** Notes words that no table knows. Call inside the transaction of the message. */
  sawUnknown(channel: ChannelId, words: readonly UnknownWord[], at: number): void {
    for (const word of words) this.#store.sawUnknown(channel, word, at);
  }

  view(channel: ChannelId): Omit<ChannelMappingView, 'reread'> {
    const shipped = adapterOf(channel).mapping;
    const edits = this.#edits(channel);
    const mapping = this.#shops.mappingOf(channel);
    const newest = this.#store.newest(channel);
    return {
      channel,
      statuses: Object.entries(mapping.statuses).map(([word, meaning]) => ({
        word,
        status: meaning.status,
        partiallyShipped: meaning.partiallyShipped ?? false,
        platformHold: meaning.platformHold ?? null,
        about: meaning.about,
        edited: isEdited(edits.statuses[word], shipped.statuses[word]?.status),
      })),
      refunds: Object.entries(mapping.refunds).map(([word, meaning]) => ({
        word,
        meaning,
        edited: isEdited(edits.refunds[word], shipped.refunds[word]),
      })),
      complaints: Object.entries(mapping.complaints).map(([word, meaning]) => ({
        word,
        class: meaning,
        edited: isEdited(edits.complaints[word], shipped.complaints[word]),
      })),
      unknown: this.#store.unknown(channel).filter((word) => !knows(mapping, word)),
      changedAt: newest?.changedAt ?? null,
      changedBy: newest?.changedBy ?? null,
    };
  }

  /** What is stored was checked when it was set; a document of another form, from a later version, is no reason not to start. */
  #edits(channel: ChannelId): MappingEdits {
    const stored = mappingEditsSchema.safeParse(this.#store.newest(channel)?.document);
    return stored.success ? stored.data : NO_EDITS;
  }
}

/** Has a word a meaning? Fields have none. */
export function knows(mapping: ChannelMapping, { kind, word }: UnknownWord): boolean {
  return kind !== 'field' && Object.hasOwn(mapping[TABLE_OF[kind]], word);
}

function isEdited<T>(edit: T | undefined, shipped: T | undefined): boolean {
  return edit !== undefined && edit !== shipped;
}

function layOver(shipped: ChannelMapping, edits: MappingEdits): ChannelMapping {
  const statuses: Record<string, StatusMeaning> = { ...shipped.statuses };
  for (const [word, status] of Object.entries(edits.statuses)) {
    const known = shipped.statuses[word];
    // Another state for a shipped word drops what belonged to the old one: a part shipped, a stop by the platform.
    statuses[word] = known?.status === status ? known : { status, about: known?.about ?? BY_HAND };
  }
  return {
    statuses,
    refunds: { ...shipped.refunds, ...edits.refunds },
    complaints: { ...shipped.complaints, ...edits.complaints },
  };
}
