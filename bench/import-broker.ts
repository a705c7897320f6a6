/** The broker of the import benchmark, in a process of its own as in the product. */
import { callsOf, serveBroker } from '../src/broker/server.ts';
import { connect } from '../src/db/connect.ts';
import { brokerOn, keystoreAt } from '../test/import-world.ts';

const [socket = '', mainUrl = '', keystoreUrl = '', key = ''] = process.argv.slice(2);
const broker = brokerOn(connect(mainUrl, { max: 4 }).db, keystoreAt(keystoreUrl), {
  key,
  clock: () => new Date(),
});
await serveBroker(socket, {
  calls: callsOf(broker, {}),
  callerOf: () => 'homeward_worker',
  onFailure: (call, error) => {
    process.stderr.write(`${call}: ${error instanceof Error ? error.message : 'failed'}\n`);
  },
});
process.send?.({ ready: true });
process.on('disconnect', () => process.exit(0));
