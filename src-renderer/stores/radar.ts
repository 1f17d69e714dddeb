import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { MethodOutput, StreamEvent } from '#shared/contract/index.ts';
import type { RadarModelSummary, RadarSampleSet } from '#shared/contract/radar.ts';
import { request } from '../api/client.ts';
import { createSlice } from './slice.ts';

const PAGE = 50;

/** The anomaly radar (B8): what it can learn from, the training, and its models. Loaded by its page, then kept by events. */
export const useRadar = defineStore('radar', () => {
  const overview = shallowRef<MethodOutput<'radar.overview'> | null>(null);
  const samples = shallowRef<readonly RadarSampleSet[]>([]);
  const moreSamples = ref<string | null>(null);
  const models = shallowRef<readonly RadarModelSummary[]>([]);
  const moreModels = ref<string | null>(null);
  const loaded = ref(false);
  /** Why what is on screen could not be read again after something had changed; null when it is up to date. */
  const failure = shallowRef<unknown>(null);
  const training = computed(() => overview.value?.training ?? null);
  const running = computed(() => training.value?.state === 'running');

  const slice = createSlice(
    () => Promise.all([request('radar.overview', {}), request('radar.samples', { limit: PAGE }), request('radar.models', { limit: PAGE })]),
    ([state, sets, made]) => {
      overview.value = state;
      samples.value = sets.items;
      moreSamples.value = sets.next;
      models.value = made.items;
      moreModels.value = made.next;
      loaded.value = true;
      failure.value = null;
    },
    (event: StreamEvent) => {
      if (event.name === 'radar.changed') heard(event.payload.training);
      // A published set may ask another model, or none.
      else if (event.name === 'rules.changed') reload();
    },
  );
  /** While a training runs only its progress moves; everything else is rare, and what changed is asked for again. */
  function heard(moved: NonNullable<typeof overview.value>['training']): void {
    const onlyProgress = moved?.state === 'running' && running.value;
    if (overview.value) overview.value = { ...overview.value, training: moved };
    if (!onlyProgress) reload();
  }
  function reload(): void {
    void slice.load().catch((error: unknown) => (failure.value = error));
  }
  async function readMoreSamples(): Promise<void> {
    const after = moreSamples.value;
    const page = await request('radar.samples', { limit: PAGE, after });
    // Read anew meanwhile: this page follows rows that are gone.
    if (after !== moreSamples.value) return;
    samples.value = [...samples.value, ...page.items];
    moreSamples.value = page.next;
  }
  async function readMoreModels(): Promise<void> {
    const after = moreModels.value;
    const page = await request('radar.models', { limit: PAGE, after });
    if (after !== moreModels.value) return;
    models.value = [...models.value, ...page.items];
    moreModels.value = page.next;
  }
  return {
    overview,
    samples,
    moreSamples,
    models,
    moreModels,
    training,
    running,
    loaded,
    failure,
    readMoreSamples,
    readMoreModels,
    load: slice.load,
    refresh: slice.refresh,
    apply: slice.apply,
  };
});
