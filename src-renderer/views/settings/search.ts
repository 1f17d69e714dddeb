import { computed, inject, onScopeDispose, provide, reactive, ref, watchEffect, type ComputedRef, type InjectionKey, type Ref } from 'vue';

interface SettingsSearch {
  query: Ref<string>;
  /** By section id: whether it has anything that matches. */
  visible: Map<string, boolean>;
}
const KEY: InjectionKey<SettingsSearch> = Symbol('settings search');

/** The one search of the page; its sections tell what they have. */
export function provideSearch(): SettingsSearch {
  const search: SettingsSearch = { query: ref(''), visible: reactive(new Map<string, boolean>()) };
  provide(KEY, search);
  return search;
}

/** True where the texts together contain every word of the query. */
export function matches(query: string, ...texts: string[]): boolean {
  const whole = texts.join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

/**
 * The rows a section shows: all where the section itself is what was looked for, else those that match. A section without
 * such rows is hidden.
 */
export function useSection<T>(
  id: string,
  sectionTexts: () => string[],
  rows: () => readonly T[] = () => [],
  textsOf: (row: T) => string[] = () => [],
): { shown: ComputedRef<readonly T[]>; visible: ComputedRef<boolean> } {
  const search = inject(KEY);
  if (!search) throw new Error('useSection() needs the page around it');
  const whole = computed(() => matches(search.query.value, ...sectionTexts()));
  const shown = computed(() => (whole.value ? rows() : rows().filter((row) => matches(search.query.value, ...textsOf(row)))));
  const visible = computed(() => whole.value || shown.value.length > 0);
  watchEffect(() => search.visible.set(id, visible.value));
  onScopeDispose(() => search.visible.delete(id));
  return { shown, visible };
}
