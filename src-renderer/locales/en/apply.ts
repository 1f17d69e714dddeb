import type { apply as zh } from '../zh/apply.ts';

export const apply: typeof zh = {
  title: 'Apply to open orders',
  open: 'Apply to open orders',
  about: 'Judges every open order again by the set in force. The preview lists which would change; applying can be taken back once.',
  preview: 'Preview',
  previewAgain: 'Preview again',
  run: 'Apply to {count} order | Apply to {count} orders',
  undo: 'Undo applying',
  undoUntil: 'can be undone until {time}',
  undone: 'Undone: the orders are as they were before',
  applied: 'Applied to {count} order | Applied to {count} orders',
  empty: 'No preview yet',
  emptyHint: 'It lists order by order what would change and how; it changes nothing.',
  openEarlier: 'Show {count} orders',
  none: 'No open order would change',
  noneHint: 'The verdict of every open order agrees with the set in force.',
  leftAlone: '{count} order moved meanwhile and was left alone. | {count} orders moved meanwhile and were left alone.',
  leftTitle: 'Orders left alone',
  leftOpen: 'Show',
  state: {
    previewed: 'Preview of v{version}, {by} · {time}. Nothing was changed yet.',
    applied: 'v{version} applied, {by} · {time}',
    undone: 'Applying v{version} was undone, {by} · {time}',
  },
  kind: { hold: 'Hold', freeze: 'Freeze', release: 'Release', reasons: 'Other reasons', task: 'Tasks' },
};
