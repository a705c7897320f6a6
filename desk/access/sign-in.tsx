import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { Refusal, send } from '../api/client.ts';
import { enrolPasskey, givePasskey } from '../api/passkey.ts';
import type { TrialPerson } from '../api/shapes.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { languageNames, languages, useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, TextBox } from '../ui/field.tsx';
import { PageHead } from '../ui/parts.tsx';

/**
 * Sign-in with a passkey; the first time with an enrolment code; on a trial with the printed code.
 */
export function SignInPage() {
  const { t, language, choose } = useTexts();
  const entry = useEntry();
  return (
    <main className="door" id="main">
      <img src="/roof.svg" alt="" width="48" height="48" />
      <PageHead title={t('signIn.title')} windowTitle={t('signIn.title')} lead={t('signIn.lead')} />
      <RefusalNote refusal={entry.refusal} />
      <Button
        look="main"
        isDisabled={entry.isBusy}
        onPress={() => entry.attempt(() => givePasskey('/api/sign-in'))}
      >
        {t('signIn.passkey')}
      </Button>
      <p className="hint">{t('signIn.passkeyHint')}</p>
      <details>
        <summary>{t('enrol.title')}</summary>
        <EnrolForm entry={entry} />
      </details>
      <details>
        <summary>{t('trial.title')}</summary>
        <TrialForm entry={entry} />
      </details>
      <Choice
        label={t('language')}
        value={language}
        onChange={(value) => choose(languages.find((each) => each === value) ?? 'uk')}
        options={languages.map((each) => ({ value: each, label: languageNames[each] }))}
      />
    </main>
  );
}

interface Entry {
  readonly refusal: Refusal | null;
  readonly isBusy: boolean;
  attempt(perform: () => Promise<void>): void;
  ask(perform: () => Promise<void>): void;
}

function useEntry(): Entry {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { state } = useLocation();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const ask = (perform: () => Promise<void>) => {
    setRefusal(null);
    setBusy(true);
    perform()
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        setRefusal(error);
      })
      .finally(() => setBusy(false));
  };
  const attempt = (perform: () => Promise<void>) =>
    ask(async () => {
      await perform();
      client.clear();
      navigate(cameFrom(state), { replace: true });
    });
  return { refusal, isBusy, attempt, ask };
}

function cameFrom(state: unknown): string {
  const from = typeof state === 'object' && state !== null && 'from' in state ? state.from : null;
  return typeof from === 'string' && from.startsWith('/') ? from : paths.home;
}

function EnrolForm({ entry }: { readonly entry: Entry }) {
  const { t } = useTexts();
  const [code, setCode] = useState('');
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        entry.attempt(() => enrolPasskey(code.trim()));
      }}
    >
      <TextBox
        label={t('enrol.code')}
        hint={t('enrol.hint')}
        value={code}
        onChange={setCode}
        isRequired
      />
      <Button type="submit" isDisabled={entry.isBusy}>
        {t('enrol.make')}
      </Button>
    </form>
  );
}

function TrialForm({ entry }: { readonly entry: Entry }) {
  const { t, word } = useTexts();
  const [code, setCode] = useState('');
  const [people, setPeople] = useState<readonly TrialPerson[] | null>(null);
  const show = () =>
    entry.ask(async () => {
      const answer = await send<{ readonly people: readonly TrialPerson[] }>('/api/trial-people', {
        code: code.trim(),
      });
      setPeople(answer.people);
    });
  const choose = (staffId: string) =>
    entry.attempt(() => send('/api/trial-sign-in', { code: code.trim(), staffId }));
  return (
    <div className="stack">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          show();
        }}
      >
        <TextBox
          label={t('trial.code')}
          hint={t('trial.hint')}
          value={code}
          onChange={setCode}
          isRequired
        />
        <Button type="submit" isDisabled={entry.isBusy}>
          {t('trial.show')}
        </Button>
      </form>
      {people ? (
        <fieldset>
          <legend>{t('trial.who')}</legend>
          <ul className="plain stack">
            {people.map((person) => (
              <li key={person.staffId}>
                <Button onPress={() => choose(person.staffId)} isDisabled={entry.isBusy}>
                  <bdi className="strong">{person.name}</bdi>{' '}
                  <small>{person.roles.map((role) => word('role', role)).join(' · ')}</small>
                </Button>
              </li>
            ))}
          </ul>
        </fieldset>
      ) : null}
    </div>
  );
}
