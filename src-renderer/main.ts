import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { connect } from './api/client.ts';
import { chooseCarrier } from './api/start.ts';
import { i18n } from './locales/texts.ts';
import { router } from './router.ts';
import { usePreferences } from './stores/preferences.ts';
import { useReceipts } from './stores/receipts.ts';
import './styles/tokens.css';
import './styles/base.css';

connect(await chooseCarrier());
const app = createApp(App).use(createPinia()).use(i18n).use(router);

app.config.errorHandler = (error) => {
  console.error(error);
  useReceipts().refused(error);
};
/**
 * A page of an older build is gone after the hub was updated: the new console is one reload away. While the hub cannot be reached
 * nothing is reloaded, since that would lose what is still on screen.
 */
async function takeUpdate(): Promise<void> {
  const last = Number(sessionStorage.getItem('orderpulse.reloaded') ?? 0);
  if (Date.now() - last < 30_000) return;
  const answer = await fetch('./index.html', { cache: 'no-store' }).catch(() => null);
  if (!answer?.ok) return;
  sessionStorage.setItem('orderpulse.reloaded', String(Date.now()));
  location.reload();
}
window.addEventListener('vite:preloadError', () => void takeUpdate());

await usePreferences().speaks();
app.mount('#app');
