import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { useLocalStorage, usePreferredDark } from '@vueuse/core';
import type { Locale } from '#shared/text.ts';
import { speak } from '../api/client.ts';
import { i18n, loadTexts } from '../locales/texts.ts';
import { useReceipts } from './receipts.ts';

/** What this person chose for this screen; kept on this machine. */
export const usePreferences = defineStore('preferences', () => {
  const theme = useLocalStorage<'dark' | 'light' | 'system'>('orderpulse.theme', 'dark');
  const locale = useLocalStorage<Locale>('orderpulse.locale', 'zh');
  const density = useLocalStorage<'comfortable' | 'compact'>('orderpulse.density', 'comfortable');
  const rowHeight = computed(() => (density.value === 'compact' ? 28 : 36));
  const prefersDark = usePreferredDark();
  const shownTheme = computed<'dark' | 'light'>(() => (theme.value === 'system' ? (prefersDark.value ? 'dark' : 'light') : theme.value));
  /** Grows after the theme's colours are in force, so that canvases and charts read them again. */
  const paint = ref(0);

  watch(
    shownTheme,
    (value) => {
      document.documentElement.dataset['theme'] = value;
      paint.value += 1;
    },
    { immediate: true, flush: 'sync' },
  );
  watch(density, (value) => (document.documentElement.dataset['density'] = value), { immediate: true, flush: 'sync' });
  /** The language on screen: the chosen one as soon as its texts are here. */
  const shownLocale = ref<Locale>('zh');
  let speaking = Promise.resolve();
  async function speakIn(value: Locale): Promise<void> {
    try {
      await loadTexts(value);
    } catch (error) {
      // What cannot be shown is not chosen either: the switch goes back to the language on screen.
      if (locale.value === value) locale.value = shownLocale.value;
      useReceipts().refused(error);
      return;
    }
    // Somebody changed their mind meanwhile.
    if (locale.value !== value) return;
    shownLocale.value = value;
    i18n.global.locale.value = value;
    document.documentElement.lang = value === 'zh' ? 'zh-CN' : 'en';
    speak(value);
  }
  watch(locale, (value) => (speaking = speakIn(value)), { immediate: true, flush: 'sync' });

  return {
    theme,
    locale,
    shownLocale,
    /** Resolves once the console speaks the language last chosen, or had to stay with the one it spoke. */
    speaks: () => speaking,
    density,
    /** Height of a table row in pixels, as `--row` says it: for lists that exist only where they are in sight. */
    rowHeight,
    shownTheme,
    paint,
    toggleTheme: () => (theme.value = shownTheme.value === 'dark' ? 'light' : 'dark'),
    toggleLocale: () => (locale.value = shownLocale.value === 'zh' ? 'en' : 'zh'),
  };
});
