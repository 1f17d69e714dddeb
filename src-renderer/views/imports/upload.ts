import type { ImportState } from '#shared/contract/imports.ts';
import { IMPORT_CHUNK_BYTES, IMPORT_FILE_BYTES } from '#shared/contract/imports.ts';
import type { MethodInput } from '#shared/contract/index.ts';
import { request } from '../../api/client.ts';
import type { MessageKey } from '../../locales/texts.ts';

type Shop = Pick<MethodInput<'imports.begin'>, 'channel' | 'shopId'>;

/** The largest file that is taken, bytes, and what is said of a larger one. */
export interface FileLimit {
  bytes: number;
  tooBig: MessageKey;
}
const IMPORT_LIMIT: FileLimit = { bytes: IMPORT_FILE_BYTES, tooBig: 'imports.tooBig' };

/** Why a file cannot be taken, as a text's key; null where it can. */
export function objectionTo(file: Pick<File, 'name' | 'size'>, { bytes, tooBig } = IMPORT_LIMIT): MessageKey | null {
  if (!/\.(csv|txt|tsv|xlsx)$/i.test(file.name)) return 'imports.wrongKind';
  if (file.size === 0) return 'imports.emptyFile';
  return file.size > bytes ? tooBig : null;
}

/** Bytes as base64. Taken in pieces, because a call takes only so many arguments. */
export function base64Of(bytes: Uint8Array): string {
  const STEP = 0x80_00;
  let binary = '';
  for (let at = 0; at < bytes.length; at += STEP) binary += String.fromCharCode(...bytes.subarray(at, at + STEP));
  return btoa(binary);
}

/**
 * Sends a file piece by piece and answers the import it became. `progress` hears the bytes that arrived; after `signal` the
 * upload ends between two pieces and the import is cancelled. Throws ContractFailure when the hub refuses, AbortError when stopped.
 */
export async function upload(
  file: File,
  shop: Shop,
  progress: (sent: number, state: ImportState) => void,
  signal: AbortSignal,
): Promise<ImportState> {
  const state = await request('imports.begin', { ...shop, name: file.name.slice(-200), bytes: file.size });
  progress(0, state);
  for (let offset = 0; offset < file.size;) {
    if (signal.aborted) {
      await request('imports.cancel', { id: state.id });
      signal.throwIfAborted();
    }
    const piece = new Uint8Array(await file.slice(offset, offset + IMPORT_CHUNK_BYTES).arrayBuffer());
    await request('imports.append', { id: state.id, offset, chunk: base64Of(piece) });
    offset += piece.length;
    progress(offset, state);
  }
  return { ...state, state: 'ready', receivedBytes: file.size };
}
