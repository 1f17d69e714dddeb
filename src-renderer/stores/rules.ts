import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { MethodOutput, StreamEvent } from '#shared/contract/index.ts';
import type { RuleDraftSummary, RuleField } from '#shared/contract/rule-work.ts';
import { request } from '../api/client.ts';
import { useReceipts } from './receipts.ts';

export type RuleSetInForce = MethodOutput<'rules.list'>;
export type RuleCatalogue = MethodOutput<'rules.catalogue'>;

/** The rule set in force, the drafts under work, and what an editor may offer. Loaded by the pages that show them. */
export const useRules = defineStore('rules', () => {
  const inForce = shallowRef<RuleSetInForce | null>(null);
  const drafts = shallowRef<readonly RuleDraftSummary[]>([]);
  const draftsLoaded = ref(false);
  /** L3: publishing needs a second person. */
  const twoPersons = ref(false);
  const catalogue = shallowRef<RuleCatalogue | null>(null);
  const fields = computed(() => new Map<string, RuleField>(catalogue.value?.fields.map((field) => [field.id, field])));
  /** A version that was just published here, so that the page can offer to apply it to open orders. */
  const published = ref<number | null>(null);
  /** Rules that throw while they judge; empty until a page that tells asked. */
  const failing = shallowRef<MethodOutput<'rules.failing'>['items']>([]);
  let failingAsked = false;
  let reading: Promise<void> | null = null;

  async function load(): Promise<void> {
    inForce.value = await request('rules.list', {});
  }
  async function loadDrafts(): Promise<void> {
    const answer = await request('rules.drafts', {});
    drafts.value = answer.items;
    twoPersons.value = answer.twoPersons;
    draftsLoaded.value = true;
  }
  async function loadFailing(): Promise<void> {
    failingAsked = true;
    failing.value = (await request('rules.failing', {})).items;
  }
  async function readCatalogue(): Promise<void> {
    try {
      catalogue.value = await request('rules.catalogue', {});
    } finally {
      reading = null;
    }
  }
  /** Reads the catalogue unless it is here: it is the same for one run of the hub. */
  function loadCatalogue(): Promise<void> {
    return catalogue.value !== null ? Promise.resolve() : (reading ??= readCatalogue());
  }
  /** A draft moved or a set was published: what a page shows of it is read again. Figures of seven days wait for the next visit. */
  function apply(event: StreamEvent): void {
    if (event.name !== 'rules.changed') return;
    const stale = inForce.value !== null && inForce.value.version !== event.payload.version;
    const readings = [draftsLoaded.value ? loadDrafts() : null, stale ? load() : null, failingAsked ? loadFailing() : null];
    void Promise.all(readings).catch(useReceipts().refused);
  }
  /** After a gap in the stream everything that is here is read again. */
  async function reload(): Promise<void> {
    await Promise.all([
      inForce.value === null ? null : load(),
      draftsLoaded.value ? loadDrafts() : null,
      failingAsked ? loadFailing() : null,
    ]);
  }
  /** What changes when a draft was published: the set in force and the drafts that are left. */
  async function wasPublished(version: number | null): Promise<void> {
    if (version !== null) published.value = version;
    await Promise.all([load(), loadDrafts()]);
  }

  return {
    inForce,
    drafts,
    draftsLoaded,
    twoPersons,
    catalogue,
    fields,
    published,
    failing,
    load,
    loadFailing,
    loadDrafts,
    loadCatalogue,
    wasPublished,
    apply,
    reload,
  };
});
