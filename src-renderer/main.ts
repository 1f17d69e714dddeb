import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { connect } from './api/client.ts';
import { chooseCarrier } from './api/start.ts';
import { i18n } from './locales/texts.ts';
import { router } from './router.ts';
import './styles/tokens.css';
import './styles/base.css';

connect(await chooseCarrier());
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app');
