import type { ShopOptions } from '../channel.ts';
import type { ChannelManifest } from '../manifest.ts';

/** A shop's option as text: as it was set, else the manifest's default; empty where there is neither. Nothing but blanks is not set. */
export function optionText(manifest: Pick<ChannelManifest, 'options'>, options: ShopOptions, name: string): string {
  const given = String(options[name] ?? '').trim();
  return given === '' ? String(manifest.options.find((option) => option.name === name)?.default ?? '') : given;
}
