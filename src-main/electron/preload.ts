import { contextBridge, ipcRenderer } from 'electron';
import { createBridge } from './bridge.ts';

/** The only door between the page and the shell. Sandboxed: nothing but Electron's IPC and the page's language is used here. */
declare const document: { readonly documentElement: { readonly lang: string } };

const language = () => (document.documentElement.lang.toLowerCase().startsWith('en') ? 'en' : 'zh');
contextBridge.exposeInMainWorld('orderpulse', createBridge(ipcRenderer, language));
