/** The worker of the import benchmark, in a process of its own so that its memory is its own. */
import { brokerClient } from '../src/broker/client.ts';
import { connect } from '../src/db/connect.ts';
import type { ImportId, OfficeId } from '../src/kernel/ids.ts';
import { carryOutImport } from '../src/registry/events/import-jobs.ts';
import { sandboxLists } from '../src/sandbox/run-list.ts';
import { workerOf } from '../test/import-world.ts';

const [socket = '', url = '', office = '', list = ''] = process.argv.slice(2);
const officeId = office as OfficeId; // Made by the benchmark.
const { db } = connect(url, { max: 6 });
const ctx = { ...workerOf(officeId), now: new Date(), db, broker: brokerClient(socket) };
const began = process.hrtime.bigint();
await carryOutImport(ctx, { importId: list as ImportId }, sandboxLists);
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
process.send?.({ seconds, peakMiB });
process.on('disconnect', () => process.exit(0));
