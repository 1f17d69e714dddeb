import type { MethodInput } from '#shared/contract/index.ts';
import { request } from '../../api/client.ts';
import { currentLocale } from '../../locales/texts.ts';

/** Bytes of base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Hands a report over as a file, in the language of the screen; answers its name. */
export async function exportReport(id: number, format: MethodInput<'reports.export'>['format']): Promise<string> {
  const { name, mime, base64 } = await request('reports.export', { id, format, language: currentLocale() });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytesOf(base64)], { type: mime }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  return name;
}
