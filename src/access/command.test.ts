import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { newCommand, World } from '../../test/world.ts';
import type { Context } from '../audit/context.ts';
import { PreparedForOtherState } from '../audit/write.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { contactPermissions } from '../registry/enquiries/permissions.ts';
import { newId } from '../vault/random.ts';
import { type CommandParts, command } from './command.ts';

let test: TestDatabase;
let world: World;
let daria: Context;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  daria = await world.as('Daria', 'tracing');
});
afterAll(() => test.drop());

interface Input {
  readonly objectId: string;
  readonly commandId: ReturnType<typeof newCommand>;
  readonly version: number;
}

interface Row {
  readonly officeId: OfficeId;
  readonly version: number;
}

const asked = (version = 1): Input => ({
  objectId: newId<'enquiry'>(),
  commandId: newCommand(),
  version,
});

/** A command on a row that exists nowhere, and the order of its steps. */
function noted(over: Partial<CommandParts<Input, Row, Row, Row, string, { done: string }>> = {}): {
  readonly run: (ctx: Context, input: Input) => Promise<unknown>;
  readonly done: string[];
} {
  const done: string[] = [];
  const run = command<Input, Row, Row, Row, string, { done: string }>({
    permission: contactPermissions.record,
    noun: 'enquiry',
    subject: (input) => ({ ...input, body: { version: input.version } }),
    load: async () => {
      done.push('load');
      return { officeId: world.officeId, version: 1 };
    },
    facts: ({ officeId }) => ({ officeId }),
    version: ({ version }) => version,
    step: (row) => {
      done.push('step');
      return row;
    },
    prepare: async (ctx) => {
      done.push('prepare');
      return String(await ctx.broker.unlocked());
    },
    write: async (_tx, { prepared }) => {
      done.push('write');
      return { done: prepared };
    },
    ...over,
  });
  return { run, done };
}

describe('a command that needs the broker', () => {
  it('decides, prepares outside any transaction, decides again and writes', async () => {
    const { run, done } = noted();
    expect(await run(daria, asked())).toEqual({ done: 'true' });
    expect(done).toEqual(['load', 'step', 'prepare', 'load', 'step', 'write']);
  });

  it('prepares nothing for an actor who is not entitled, or who saw another version', async () => {
    const iryna = await world.as('Iryna', 'tracing');
    const strangers = noted();
    await expect(strangers.run(iryna, asked())).rejects.toMatchObject({
      code: 'enquiry.not_found',
    });
    const late = noted();
    await expect(late.run(daria, asked(2))).rejects.toMatchObject({ code: 'enquiry.stale' });
    for (const { done } of [strangers, late]) expect(done).not.toContain('prepare');
  });

  it('answers a repeated command from its stored answer, with nothing done again', async () => {
    const { run, done } = noted();
    const input = asked();
    const first = await run(daria, input);
    done.length = 0;
    expect(await run(daria, input)).toEqual(first);
    expect(done).toEqual([]);
  });

  it('prepares again where the state has moved meanwhile, a bounded number of times', async () => {
    const moved = (times: number) => {
      let left = times;
      return noted({
        write: async () => {
          left -= 1;
          if (left >= 0) throw new PreparedForOtherState();
          return { done: 'at last' };
        },
      });
    };
    expect(await moved(2).run(daria, asked())).toEqual({ done: 'at last' });
    const never = moved(3);
    await expect(never.run(daria, asked())).rejects.toThrow(PreparedForOtherState);
    expect(never.done.filter((each) => each === 'prepare')).toHaveLength(3);
  });

  it('fails when it asks the broker inside its transaction', async () => {
    const { run } = noted({
      write: async () => ({ done: String(await daria.broker.unlocked()) }),
    });
    await expect(run(daria, asked())).rejects.toThrow('inside an open transaction');
  });
});
