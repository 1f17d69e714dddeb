import type { ChannelId } from '#shared/channels.ts';
import type { ImportMapping, ImportState } from '#shared/contract/imports.ts';
import type { LocalisedText } from '#shared/text.ts';

/** An import as it is kept. Everything up to `doneRow` of its file is in the inbox or on the list of faults. */
export interface ImportRecord {
  id: number;
  name: string;
  channel: ChannelId;
  shopId: string;
  state: ImportState['state'];
  bytes: number;
  receivedBytes: number;
  readBytes: number;
  doneRow: number;
  rows: number;
  badRows: number;
  orders: number;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  mapping: ImportMapping | null;
  error: LocalisedText | null;
}

/** A fault as it is kept: `value` holds no plain personal data. */
export interface ImportFault {
  row: number;
  column: string;
  reason: LocalisedText;
  value: string;
}

export interface ImportProfile {
  id: number;
  name: string;
  mapping: ImportMapping;
}

interface PageRequest {
  limit: number;
  after: string | null;
}

export interface ImportStore {
  /** Opens an upload and answers its number. */
  begin(upload: Pick<ImportRecord, 'name' | 'channel' | 'shopId' | 'bytes'>, at: number): number;
  get(id: number): ImportRecord | null;
  save(record: ImportRecord): void;
  /** Imports that are not over: uploading, ready or running. */
  open(): ImportRecord[];
  /** Newest first. */
  list(page: PageRequest): { items: ImportRecord[]; next: string | null };
  addFaults(id: number, faults: readonly ImportFault[]): void;
  /** In the order of the rows. */
  faults(id: number, page: PageRequest): { items: ImportFault[]; next: string | null };
  profiles(): ImportProfile[];
  /** Replaces the profile of that name. */
  saveProfile(name: string, mapping: ImportMapping): ImportProfile;
  removeProfile(id: number): boolean;
}

/** A parcel that is being followed: one carrier and number. `trace` is whatever the tracking service last said, newest first. */
export interface Parcel {
  carrier: string;
  number: string;
  orderNo: string;
  state: 'subscribed' | 'moving' | 'delivered' | 'exception' | 'ended';
  /** Time of the newest event known, epoch ms. */
  eventAt: number;
  trace: { at: number; text: string }[];
}

export interface ParcelStore {
  get(carrier: string, number: string): Parcel | null;
  put(parcel: Parcel): void;
}
