import { registerMap } from 'echarts/core';

interface Outline {
  type: 'FeatureCollection';
  features: { properties: { name: string; english: string; cp: [lon: number, lat: number] } }[];
}
export interface Province {
  /** Short Chinese name, as the hub names provinces. */
  name: string;
  english: string;
  /** Where its label and the end of a flow stand, degrees WGS84. */
  centre: [lon: number, lat: number];
}

let loading: Promise<ReadonlyMap<string, Province>> | null = null;

/**
 * Fetches the outline when a map is first shown and registers it as `china`: under this name ECharts adds the inset of the
 * South China Sea islands and Diaoyu Island. Answers the provinces by name. Rejects when the outline cannot be fetched; the
 * next call tries again.
 */
export function loadChina(): Promise<ReadonlyMap<string, Province>> {
  loading ??= import('#resources/map/china.json').then(
    ({ default: outline }) => {
      const { features } = outline as unknown as Outline;
      registerMap('china', outline as unknown as Parameters<typeof registerMap>[1]);
      return new Map(features.map(({ properties: { name, english, cp } }) => [name, { name, english, centre: cp }]));
    },
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}
