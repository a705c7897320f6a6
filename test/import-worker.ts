/**
 * A worker for tests that kill it: imports one list over its own connections and prints nothing.
 * Arguments: main database of broker and of worker, keystore, key, office, import.
 */
import { connect } from '../src/db/connect.ts';
import type { ImportId, OfficeId } from '../src/kernel/ids.ts';
import { carryOutImport } from '../src/registry/events/import-jobs.ts';
import { brokerOn, directLists, keystoreAt, workerOf } from './import-world.ts';

const [brokerUrl = '', workerUrl = '', keystoreUrl = '', key = '', office = '', list = ''] =
  process.argv.slice(2);
const clock = () => new Date();
const broker = brokerOn(connect(brokerUrl, { max: 3 }).db, keystoreAt(keystoreUrl), { key, clock });
const { db } = connect(workerUrl, { max: 3 });
const officeId = office as OfficeId; // Made by the test.
const ctx = { ...workerOf(officeId), now: clock(), db, broker };
await carryOutImport(ctx, { importId: list as ImportId }, directLists);
process.exit(0);
