import type { Module } from '../module.ts';
import { matchPermissions } from './permissions.ts';
import { matchRoutes } from './routes.ts';
import { sealedPair } from './sealed.ts';

/** Records proposed as one person, and the judgements of people. */
export const matchesModule: Module = {
  name: 'matches',
  permissions: [matchPermissions],
  sealedFields: [sealedPair],
  routes: matchRoutes,
  live: { match: ['matches', 'match', 'unmatched'] },
};
