import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Refusal } from '../api/client.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Loading, Note } from '../ui/parts.tsx';

/**
 * What went wrong and what to do now. A stale edit shows both versions and keeps what was typed.
 */
export function RefusalNote({
  refusal,
  onReload,
}: {
  readonly refusal: Refusal | null;
  readonly onReload?: (() => void) | undefined;
}) {
  const { t } = useTexts();
  const client = useQueryClient();
  if (!refusal) return null;
  const reload = () => {
    onReload?.();
    void client.invalidateQueries();
  };
  return (
    <Note tone="bad">
      <p>
        <RefusalWords refusal={refusal} />
      </p>
      {refusal.isStale ? (
        <>
          <p className="hint">
            {t('stale.versions', {
              yours: versionOf(refusal, 'yours'),
              current: versionOf(refusal, 'current'),
            })}
          </p>
          <Button onPress={reload}>{t('stale.reload')}</Button>
        </>
      ) : null}
    </Note>
  );
}

function versionOf(refusal: Refusal, which: 'yours' | 'current'): string {
  const version = refusal.detail[which];
  return typeof version === 'number' || typeof version === 'string' ? String(version) : '?';
}

/**
 * The form field that a refusal concerns, with its words, to be shown beside that field; otherwise
 * null.
 */
export function useWrongBox(refusal: Refusal | null, names: ReadonlySet<string>) {
  const wordsOf = useRefusalWords();
  const name = refusal?.detail['field'];
  if (!refusal || typeof name !== 'string' || !names.has(name)) return null;
  return { name, words: wordsOf(refusal) };
}

/** The words for a refusal: by its code, otherwise by its kind. */
export function useRefusalWords(): (refusal: Refusal) => string {
  const { problem } = useTexts();
  return (refusal) => {
    const { code, status } = refusal;
    const [, step = ''] = code.split('.');
    const retry = refusal.detail['retryAfterSeconds'];
    const values = { seconds: typeof retry === 'number' ? retry : 60 };
    return (
      problem(code, values) ??
      problem(`any.${step}`, values) ??
      problem(`http.${status}`, values) ??
      problem('http.other', { status }) ??
      code
    );
  };
}

interface Question<Answer> {
  readonly data: Answer | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** Shows an answer when it is there; until then the loading state or the error. */
export function Answered<Answer>({
  question,
  children,
}: {
  readonly question: Question<Answer>;
  readonly children: (answer: Answer) => ReactNode;
}) {
  const { data, error } = question;
  if (data !== undefined) return <>{children(data)}</>;
  if (!error) return <Loading />;
  return <Unanswered error={error} onRetry={() => void question.refetch()} />;
}

/** Why there is no answer, and a way to try again. */
export function Unanswered({
  error,
  onRetry,
}: {
  readonly error: Error;
  readonly onRetry: () => void;
}) {
  const { t } = useTexts();
  return (
    <Note tone="bad">
      <p>{error instanceof Refusal ? <RefusalWords refusal={error} /> : t('broken.text')}</p>
      <Button onPress={onRetry}>{t('retry')}</Button>
    </Note>
  );
}

function RefusalWords({ refusal }: { readonly refusal: Refusal }) {
  return <>{useRefusalWords()(refusal)}</>;
}
