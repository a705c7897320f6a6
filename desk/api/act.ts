import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useRef } from 'react';
import { newCommandId, Refusal } from './client.ts';

/** Asks for a fresh passkey; resolves when it was given, rejects when the person cancels. */
export type StepUp = () => Promise<void>;
export const StepUpContext = createContext<StepUp>(() => Promise.reject(new TurnedBack()));

/** The person closed the passkey dialog: nothing was done, and there is nothing to report. */
export class TurnedBack extends Error {}

/** When this screen last changed something itself; its own change also arrives as a live event. */
export const ownActs = { at: 0 };

export interface Act<Input> {
  run(input: Input): void;
  readonly isBusy: boolean;
  readonly refusal: Refusal | null;
  clear(): void;
}

/**
 * Runs one command: gives it a command id, asks for a fresh passkey if the server requires one and
 * tries again, and refreshes what may have changed. After a lost connection the same command keeps
 * its id, so pressing twice does it once. `spared` names a query whose result the caller has
 * updated itself: opening sealed records again would waste the person's hourly budget.
 */
export function useAct<Input, Answer>(
  perform: (input: Input, commandId: string) => Promise<Answer>,
  done?: (answer: Answer, input: Input) => void,
  spared?: string,
): Act<Input> {
  const client = useQueryClient();
  const stepUp = useContext(StepUpContext);
  const lost = useRef<{ readonly key: string; readonly commandId: string } | null>(null);
  const mutation = useMutation<Answer, Error, Input>({
    mutationFn: async (input) => {
      const key = JSON.stringify(input) ?? '';
      const commandId = lost.current?.key === key ? lost.current.commandId : newCommandId();
      lost.current = { key, commandId };
      const answer = await withFreshPasskey(() => perform(input, commandId), stepUp);
      lost.current = null;
      return answer;
    },
    onError: (error) => {
      if (!(error instanceof Refusal) || error.status !== 0) lost.current = null;
    },
    onSuccess: async (answer, input) => {
      done?.(answer, input);
      ownActs.at = Date.now();
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== spared });
    },
  });
  const { error } = mutation;
  return {
    run: (input) => mutation.mutate(input),
    isBusy: mutation.isPending,
    refusal: error instanceof Refusal ? error : null,
    clear: () => mutation.reset(),
  };
}

async function withFreshPasskey<Answer>(
  perform: () => Promise<Answer>,
  stepUp: StepUp,
): Promise<Answer> {
  try {
    return await perform();
  } catch (error) {
    if (!(error instanceof Refusal) || !error.isNotFresh) throw error;
  }
  await stepUp();
  return perform();
}
