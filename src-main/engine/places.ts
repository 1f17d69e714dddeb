import type { LocalisedText } from '#shared/text.ts';
import type { Receiver } from '#main/model/incoming.ts';
import { distanceKm } from '#main/routing/distance.ts';

export { distanceKm };

/** resources/places.json as written by scripts/places.ts. */
export interface PlacesFile {
  provinces: { name: string; english: string[]; municipality: boolean; lon: number; lat: number }[];
  cities: { name: string; english?: string | undefined; province: string; lon: number; lat: number }[];
}

/** A place precise enough to measure from: a city, or coordinates the platform gave. */
export interface Spot {
  place: string;
  /** Degrees WGS84. */
  lat: number;
  lon: number;
}

export interface Places {
  /** Every province: its short Chinese name and an English one. */
  readonly provinces: readonly LocalisedText[];
  /** Short Chinese name of a province in any spelling (`浙江省`, `Zhejiang`, `广西壮族自治区`); null when it is none of China's. */
  province(text: string): string | null;
  /**
   * Where a receiver lives, to the city. Null when only the province is known: a province's centre is too far from most of
   * its people to measure fifty kilometres from.
   */
  locate(receiver: Pick<Receiver, 'province' | 'city' | 'position'>): Spot | null;
}

/** What may follow a city's short name: 市, 地区, 盟, 林区, or the long name of an autonomous prefecture or county. */
const CITY_SUFFIX = /^(?:市|地区|盟|州|林区|县|特别行政区|.*自治[州县区])?$/;
/** The names of provinces need two characters, three for 内蒙古 and 黑龙江. */
const LONGEST_PROVINCE = 3;
const LONGEST_CITY = 4;
/** Spellings already resolved are remembered; platforms use few, so a full memory means garbage and is emptied. */
const MEMORY = 20_000;

function latin(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/(?:province|sheng|shi|city|municipality|autonomousregion|sar)$/, '');
}

function remembering<T>(resolve: (text: string) => T): (text: string) => T {
  const memory = new Map<string, T>();
  return (text) => {
    const known = memory.get(text);
    if (known !== undefined || memory.has(text)) return known as T;
    if (memory.size >= MEMORY) memory.clear();
    const found = resolve(text);
    memory.set(text, found);
    return found;
  };
}

/** A gazetteer over the given data; no file is read here. */
export function createPlaces(file: PlacesFile): Places {
  const provinces = new Map(file.provinces.map((province) => [province.name, province]));
  const provinceLatin = new Map(file.provinces.flatMap(({ name, english }) => english.map((word) => [latin(word), name] as const)));
  const cities = new Map(file.cities.map((city) => [city.name, city]));
  const cityLatin = new Map(file.cities.flatMap((city) => (city.english ? [[latin(city.english), city] as const] : [])));

  const province = remembering((text: string): string | null => {
    const trimmed = text.trim();
    for (let length = LONGEST_PROVINCE; length >= 2; length--) {
      const head = trimmed.slice(0, length);
      if (provinces.has(head)) return head;
    }
    // "Guangxi Zhuangzu Zizhiqu" and the like begin with a name that is known.
    return provinceLatin.get(latin(trimmed)) ?? provinceLatin.get(latin(trimmed.split(/[\s,]/)[0] ?? '')) ?? null;
  });

  const city = remembering((text: string): Spot | null => {
    const trimmed = text.trim();
    for (let length = LONGEST_CITY; length >= 2; length--) {
      const found = cities.get(trimmed.slice(0, length));
      if (found && CITY_SUFFIX.test(trimmed.slice(length))) return { place: found.name, lat: found.lat, lon: found.lon };
    }
    const found = cityLatin.get(latin(trimmed));
    return found ? { place: found.name, lat: found.lat, lon: found.lon } : null;
  });

  return {
    provinces: file.provinces.map(({ name, english }) => ({ zh: name, en: english[0] ?? name })),
    province,
    locate(receiver) {
      if (receiver.position) {
        const { lat, lon } = receiver.position;
        return { place: receiver.city || `${lat.toFixed(1)},${lon.toFixed(1)}`, lat, lon };
      }
      const byCity = receiver.city ? city(receiver.city) : null;
      if (byCity) return byCity;
      // Beijing, Shanghai and their like are one city: the province is precise enough.
      const name = province(receiver.province);
      const found = name === null ? undefined : provinces.get(name);
      return found?.municipality ? { place: found.name, lat: found.lat, lon: found.lon } : null;
    },
  };
}
