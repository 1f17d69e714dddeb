import type { entry as zh } from '../zh/entry.ts';

export const entry: typeof zh = {
  starting: 'Connecting to the hub',
  failedTitle: 'The hub does not answer',
  failedMeans:
    'A running hub goes on handling orders, whatever this screen shows; if it has stopped, platforms send again what it did not acknowledge.',
  failedDo: 'Check that the hub is running, then try again. This page tries again by itself every few seconds.',
  loginAbout: 'Enter the access token the hub was started with, or open the one-time login link it printed.',
  token: 'Access token',
  logIn: 'Log in',
  loginRefused: 'This token is not right. Compare it with the value of --token.',
  firstTitle: 'No orders yet',
  firstAbout: 'Once a channel is connected, its first order appears here within seconds.',
  firstSteps: {
    channel: 'Look up the webhook address of your channel in Settings',
    hook: "Enter it in the platform's webhook settings",
    order: 'Place a test order',
  },
  firstOpen: 'Open channel settings',
};
