import type { LocalisedText } from '#shared/text.ts';

/** Why the store cannot be used. */
export type StoreErrorCode = 'newer' | 'foreign' | 'corrupt' | 'locked' | 'full' | 'unwritable' | 'io';

const TEXTS: Record<StoreErrorCode, LocalisedText> = {
  newer: {
    zh: '此工作区由更新版本的 OrderPulse 写入，当前版本不能打开。请升级程序；数据未被改动。',
    en: 'This workspace was written by a newer version of OrderPulse and cannot be opened by this one. Update the program; the data is untouched.',
  },
  foreign: {
    zh: '该文件是其他程序的数据库，不是 OrderPulse 工作区。请换一个数据目录；文件未被改动。',
    en: 'This file is a database of another program, not an OrderPulse workspace. Choose another data folder; the file is untouched.',
  },
  corrupt: {
    zh: '工作区数据库已损坏，已拒绝打开，以免丢失订单。请从备份恢复该文件，或联系支持人员修复。',
    en: 'The workspace database is damaged and was not opened, so that no order is lost. Restore the file from a backup or have it repaired.',
  },
  locked: {
    zh: '工作区正被另一个 OrderPulse 使用。请先关闭它，或换一个数据目录。',
    en: 'The workspace is in use by another OrderPulse. Close that one first, or choose another data folder.',
  },
  full: {
    zh: '磁盘已满，暂时不能写入。已收到的订单都在；释放空间后自动恢复，平台会重发期间的消息。',
    en: 'The disk is full and nothing can be written. Everything acknowledged is safe; free some space and it goes on by itself, platforms send again what was refused.',
  },
  unwritable: {
    zh: '数据目录不能写入。请检查目录权限；数据未被改动。',
    en: 'The data folder cannot be written to. Check its permissions; the data is untouched.',
  },
  io: {
    zh: '读写磁盘出错，操作未生效。请检查磁盘；已确认的订单都在。',
    en: 'The disk reported an error and nothing was changed. Check the disk; everything acknowledged is safe.',
  },
};

/** The store refused. `text` is for people, in both languages; `message` is its English half with the detail for the log. */
export class StoreError extends Error {
  override name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly text: LocalisedText;

  constructor(code: StoreErrorCode, detail = '', options?: ErrorOptions) {
    super(detail ? `${TEXTS[code].en} (${detail})` : TEXTS[code].en, options);
    this.code = code;
    this.text = TEXTS[code];
  }
}
