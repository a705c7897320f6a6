/**
 * A loader for tests that kill it: loads one file into a collection in small batches, merges the
 * keys, and prints nothing. Arguments: URL of the database, collection, file, rows per batch.
 */
import { loadFile, mergePendingCards, openCollection } from '../src/collections/load.ts';
import { digestOf } from '../src/commands/collection-progress.ts';
import { readListed } from '../src/commands/listed-file.ts';
import { openBulk } from '../src/db/bulk.ts';

const [url = '', name = '', path = '', batchRows = ''] = process.argv.slice(2);
const bulk = await openBulk(url);
await openCollection(bulk, name);
const watch = { leftOut: () => undefined, progress: () => undefined };
const file = { digest: await digestOf(path), path, rows: readListed(path) };
await loadFile(bulk, name, { file, watch, batchRows: Number(batchRows) });
await mergePendingCards(bulk, name);
process.exit(0);
