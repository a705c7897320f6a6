import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { type StepUp, StepUpContext, TurnedBack } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { Refusal, send } from '../api/client.ts';
import { givePasskey } from '../api/passkey.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { TextBox } from '../ui/field.tsx';
import { Sheet } from '../ui/sheet.tsx';

interface Waiting {
  readonly given: () => void;
  readonly turnedBack: (reason: TurnedBack) => void;
}

/** Asks for a fresh passkey when a command needs one, and then continues the command. */
export function StepUpProvider({ children }: { readonly children: ReactNode }) {
  const waiting = useRef<Waiting | null>(null);
  const [isOpen, setOpen] = useState(false);
  const ask = useCallback<StepUp>(
    () =>
      new Promise((given, turnedBack) => {
        waiting.current = { given, turnedBack };
        setOpen(true);
      }),
    [],
  );
  const end = (how: 'given' | 'turnedBack') => {
    setOpen(false);
    const held = waiting.current;
    waiting.current = null;
    if (how === 'given') held?.given();
    else held?.turnedBack(new TurnedBack());
  };
  return (
    <StepUpContext.Provider value={ask}>
      {children}
      <Sheet isOpen={isOpen} onClose={() => end('turnedBack')} titleKey="fresh.title">
        <StepUpForm onGiven={() => end('given')} />
      </Sheet>
    </StepUpContext.Provider>
  );
}

function StepUpForm({ onGiven }: { readonly onGiven: () => void }) {
  const { t } = useTexts();
  const session = useQuery(asked.session());
  const [code, setCode] = useState('');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const attempt = (perform: () => Promise<void>) => {
    setRefusal(null);
    perform().then(onGiven, (error: unknown) => {
      if (error instanceof Refusal) setRefusal(error);
      else throw error;
    });
  };
  return (
    <div className="stack">
      <p>{t('fresh.text')}</p>
      <RefusalNote refusal={refusal} />
      <Button look="main" autoFocus onPress={() => attempt(() => givePasskey('/api/step-up'))}>
        {t('fresh.passkey')}
      </Button>
      {session.data?.trial ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            attempt(() => send('/api/trial-step-up', { code: code.trim() }));
          }}
        >
          <TextBox
            label={t('trial.code')}
            hint={t('fresh.trialHint')}
            value={code}
            onChange={setCode}
          />
          <Button type="submit">{t('fresh.trial')}</Button>
        </form>
      ) : null}
    </div>
  );
}
