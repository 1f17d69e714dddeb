import { defineStore } from 'pinia';
import { markRaw, ref, shallowRef } from 'vue';
import type { StreamEvent } from '#shared/contract/index.ts';
import type { Beat, Lane, PulseSnapshot, StageLoad, Vitals, WardStrip } from '#shared/pulse.ts';
import { MINUTE } from '#shared/time.ts';
import { request } from '../api/client.ts';
import { hubNow } from './clock.ts';
import { createSlice } from './slice.ts';

/** What the trace shows. */
export const TRACE_SPAN = 5 * MINUTE;

export function laneKey(lane: { channel: string; shopId: string }): string {
  return `${lane.channel}/${lane.shopId}`;
}

/** The ward as it is now: lanes with their beats, stages, stuck orders, and the vital figures of the bottom strip. */
export const usePulse = defineStore('pulse', () => {
  const lanes = shallowRef<Lane[]>([]);
  const stages = shallowRef<StageLoad[]>([]);
  const ward = shallowRef<WardStrip[]>([]);
  const vitals = shallowRef<Vitals | null>(null);
  /** Beats per lane, oldest first; read by the canvas on every frame, so kept out of Vue's reach. */
  const beats = markRaw(new Map<string, Beat[]>());
  /** Grows with every change of `beats`. */
  const beatCount = ref(0);
  const loaded = ref(false);

  function addBeats(fresh: readonly Beat[]): void {
    const oldest = hubNow() - TRACE_SPAN - MINUTE;
    for (const beat of fresh) {
      const key = laneKey(beat);
      const lane = beats.get(key) ?? [];
      if (lane.some((known) => known.orderNo === beat.orderNo)) continue;
      lane.push(beat);
      beats.set(key, lane);
    }
    for (const [key, lane] of beats) {
      lane.sort((one, other) => one.at - other.at);
      const keep = lane.findIndex((beat) => beat.at >= oldest);
      beats.set(key, keep === -1 ? [] : lane.slice(keep));
    }
    beatCount.value += 1;
  }

  function reset(snapshot: PulseSnapshot): void {
    lanes.value = snapshot.lanes;
    stages.value = snapshot.stages;
    ward.value = snapshot.ward;
    vitals.value = snapshot.vitals;
    addBeats(snapshot.beats);
    loaded.value = true;
  }

  function applyEvent(event: StreamEvent): void {
    if (event.name === 'orders.beat') addBeats(event.payload.beats);
    else if (event.name === 'pulse.ward') ward.value = event.payload.ward;
    else if (event.name === 'pulse.tick') {
      vitals.value = event.payload.vitals;
      lanes.value = event.payload.lanes;
      stages.value = event.payload.stages;
    }
  }

  const slice = createSlice(() => request('pulse.snapshot', {}), reset, applyEvent);
  return { lanes, stages, ward, vitals, beats, beatCount, loaded, load: slice.load, apply: slice.apply };
});
