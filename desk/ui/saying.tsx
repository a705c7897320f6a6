import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { useTexts } from '../texts.ts';
import { Button } from './button.tsx';
import { areKeysOn, isTyping } from './keys.tsx';

interface Said {
  readonly words: string;
  readonly undo?: (() => void) | undefined;
}

const SayingContext = createContext<(said: Said | null) => void>(() => undefined);

/** Shows what has just been done; screen readers announce it, and the next message replaces it. */
export function SayingProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useTexts();
  const [said, setSaid] = useState<Said | null>(null);
  const clear = useCallback(() => setSaid(null), []);
  const value = useMemo(() => setSaid, []);
  useEffect(() => {
    if (!said) return;
    // Long enough to read twice; a message with an undo button is shown longer.
    const timer = setTimeout(clear, said.undo ? 60_000 : 15_000);
    return () => clearTimeout(timer);
  }, [said, clear]);
  useEffect(() => {
    if (!said?.undo) return;
    const { undo } = said;
    // On the window, so that a page's own Z on the document comes first.
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.code !== 'KeyZ' || !areKeysOn() || isTyping(event.target)) return;
      undo();
      clear();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [said, clear]);
  return (
    <SayingContext.Provider value={value}>
      {children}
      <div className="saying" role="status" aria-live="polite">
        {said ? (
          <div className="said">
            <p>{said.words}</p>
            {said.undo ? (
              <Button
                keyName="z"
                onPress={() => {
                  said.undo?.();
                  clear();
                }}
              >
                {t('undo')}
              </Button>
            ) : null}
            <Button look="quiet" onPress={clear} aria-label={t('close')}>
              ✕
            </Button>
          </div>
        ) : null}
      </div>
    </SayingContext.Provider>
  );
}

/** Shows that something was done, with an undo button if possible. */
export function useSaying(): (said: Said | null) => void {
  return useContext(SayingContext);
}
