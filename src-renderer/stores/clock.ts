import { computed, readonly, ref, type ComputedRef } from 'vue';

/** Hub time minus the clock of this screen, in milliseconds: ages must not depend on a wrong wall clock. */
const offset = ref(0);
const tick = ref(Date.now());
setInterval(() => (tick.value = Date.now()), 1000);

/** Called with the hub's own time whenever it tells it; shown at once, also on a screen that slept. */
export function setHubTime(hubTime: number): void {
  tick.value = Date.now();
  offset.value = hubTime - tick.value;
}

/** The hub's time now, exact; not reactive. For animation frames. */
export function hubNow(): number {
  return Date.now() + offset.value;
}

/** The hub's time in whole seconds of refresh, shared by everything on screen that ages. */
export const now: ComputedRef<number> = computed(() => tick.value + offset.value);
export const clockOffset = readonly(offset);
