import type { ChannelId } from '#shared/channels.ts';

/** The tokens that scripts need (canvas, charts, Naive UI), by their name in styles/tokens.css without the dashes. */
export const COLOUR_TOKENS = [
  'page',
  'panel',
  'raised',
  'inset',
  'hover',
  'selected',
  'hairline',
  'hairline-strong',
  'text-1',
  'text-2',
  'text-3',
  'text-on-accent',
  'accent',
  'accent-strong',
  'accent-soft',
  'healthy',
  'healthy-soft',
  'waiting',
  'waiting-soft',
  'alarm',
  'alarm-soft',
  'frozen',
  'frozen-soft',
] as const;
export type ColourToken = (typeof COLOUR_TOKENS)[number];
export type Palette = Record<ColourToken, string>;

/** Always six hex digits: builds shorten `#ffffff` to `#fff`, and charts append an alpha to what they get. */
function read(name: string): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  return value.replace(/^#([\da-f])([\da-f])([\da-f])$/i, '#$1$1$2$2$3$3');
}

/** The colours in force for the theme on screen now. Read again when the theme changes. */
export function readPalette(): Palette {
  return Object.fromEntries(COLOUR_TOKENS.map((name) => [name, read(name)])) as Palette;
}

/** The fixed hue of a channel in the theme on screen now. */
export function readChannelColour(channel: ChannelId): string {
  return read(`channel-${channel}`);
}
