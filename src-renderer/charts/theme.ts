import { computed, type ComputedRef } from 'vue';
import { usePreferences } from '../stores/preferences.ts';
import { readPalette } from '../theme/tokens.ts';
import type { ChartTheme } from './echarts.ts';

/** The theme on screen for charts; renewed when it changes. */
export function useChartTheme(): ComputedRef<ChartTheme> {
  const preferences = usePreferences();
  return computed(() => {
    // Grows after the new colours are in force.
    void preferences.paint;
    return { colour: readPalette(), font: getComputedStyle(document.body).fontFamily };
  });
}
