import type { Module } from '../registry/module.ts';
import { screenRoutes } from './routes.ts';

/** Pages of the desk that join several modules; they own no tables and write nothing. */
export const screensModule: Module = {
  name: 'screens',
  permissions: [],
  routes: screenRoutes,
};
