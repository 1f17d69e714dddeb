/** Names of the few messages that cross between the page's preload and the shell. Imported by both, so it imports nothing. */
export const REQUEST = 'orderpulse:request';
export const SUBSCRIBE = 'orderpulse:subscribe';
export const UNSUBSCRIBE = 'orderpulse:unsubscribe';
/** Shell to page: one event as text. */
export const EVENT = 'orderpulse:event';
/** Page to shell: characters of events it has taken, for back-pressure. */
export const TAKEN = 'orderpulse:taken';

/** Arguments of REQUEST after the method and its parameters: the language the page shows. */
export type PageLanguage = 'zh' | 'en';
