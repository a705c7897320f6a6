import { accessModule } from '../access/module.ts';
import { brokerModule } from '../broker/module.ts';
import { screensModule } from '../screens/module.ts';
import { enquiriesModule } from './enquiries/module.ts';
import { eventsModule } from './events/module.ts';
import { kinModule } from './kin/module.ts';
import { matchesModule } from './matches/module.ts';
import { collect, type Module } from './module.ts';
import { noticesModule } from './notices/module.ts';
import { personsModule } from './persons/module.ts';
import { recordsModule } from './records/module.ts';
import { sourcesModule } from './sources/module.ts';

/** Every module. A new one adds its line here; no other file outside its folder names it. */
const modules: readonly Module[] = [
  accessModule,
  brokerModule,
  sourcesModule,
  recordsModule,
  personsModule,
  eventsModule,
  enquiriesModule,
  kinModule,
  matchesModule,
  noticesModule,
  screensModule,
];

/** The joined declarations. A contradiction among them stops every process at its start. */
export const declared = collect(modules);
