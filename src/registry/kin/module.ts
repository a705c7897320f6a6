import type { Module } from '../module.ts';
import { kinPermissions } from './permissions.ts';
import { kinRoutes } from './routes.ts';
import { sealedDisputeNote } from './sealed.ts';

/** Relatives of one person: who is told first, and where they disagree. */
export const kinModule: Module = {
  name: 'kin',
  permissions: [kinPermissions],
  sealedFields: [sealedDisputeNote],
  routes: kinRoutes,
  live: { kin: ['kin', 'person'] },
};
