import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { tinykeys } from 'tinykeys';
import { useTexts } from '../texts.ts';
import { Button } from './button.tsx';
import { Sheet } from './sheet.tsx';

/** One key, or two in a row (`g q`), with its effect. Letters mean positions on the keyboard. */
export interface KeyBinding {
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
}

interface Keyboard {
  add(bindings: readonly KeyBinding[]): () => void;
  showLegend(): void;
}

const KeyboardContext = createContext<Keyboard | null>(null);
const offMark = 'keys-off';
const chordMs = 1200;

/** Holds the shortcuts of the frame and of the current page; `?` opens the legend. */
export function KeysProvider({ children }: { readonly children: ReactNode }) {
  const [sets, setSets] = useState<readonly (readonly KeyBinding[])[]>([]);
  const [isLegendOpen, setLegendOpen] = useState(false);
  const [isOn, setOn] = useState(areKeysOn);
  const add = useCallback((bindings: readonly KeyBinding[]) => {
    setSets((held) => [...held, bindings]);
    return () => setSets((held) => held.filter((each) => each !== bindings));
  }, []);
  const keyboard = useMemo(() => ({ add, showLegend: () => setLegendOpen(true) }), [add]);
  const all = useMemo(() => sets.flat(), [sets]);
  useListening(isOn ? all : [], keyboard.showLegend);

  const turn = () => {
    if (isOn) localStorage.setItem(offMark, '1');
    else localStorage.removeItem(offMark);
    setOn(!isOn);
  };
  return (
    <KeyboardContext.Provider value={keyboard}>
      {children}
      <Sheet isOpen={isLegendOpen} onClose={() => setLegendOpen(false)} titleKey="keys.title">
        <Legend bindings={all} />
        <p className="hint">{useTexts().t(isOn ? 'keys.on' : 'keys.off')}</p>
        <Button onPress={turn}>{useTexts().t(isOn ? 'keys.turnOff' : 'keys.turnOn')}</Button>
      </Sheet>
    </KeyboardContext.Provider>
  );
}

function useListening(bindings: readonly KeyBinding[], showLegend: () => void): void {
  // Before the screen is painted: a shortcut works as soon as its button is visible.
  useLayoutEffect(() => {
    const actions: Record<string, (event: KeyboardEvent) => void> = {};
    for (const { keys, run } of bindings)
      actions[keys.split(' ').map(pressOf).join(' ')] = once(run);
    // By character and by position: not every layout has the question mark on the slash key.
    for (const press of ['[Shift]+?', 'Shift+Slash']) actions[press] = once(showLegend);
    return tinykeys(window, actions, { timeout: chordMs, ignore: isForAnother });
  }, [bindings, showLegend]);
}

function once(run: () => void) {
  return (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    run();
  };
}

/** The key by its position on the keyboard, so that S is S on a Cyrillic layout too. */
function pressOf(key: string): string {
  if (key === '/') return 'Slash';
  return /^[a-z]$/.test(key) ? `[Shift]+Key${key.toUpperCase()}` : key;
}

/** Keys that a text field or an open dialog uses itself. */
function isForAnother(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || isTyping(event.target)) return true;
  return document.querySelector('[role=dialog],[role=alertdialog]') !== null;
}

/** Single keys can be turned off on a device (WCAG 2.1.4). */
export function areKeysOn(): boolean {
  return localStorage.getItem(offMark) === null;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

function useKeyboard(): Keyboard {
  const keyboard = useContext(KeyboardContext);
  if (!keyboard) throw new Error('keys are used inside the provider');
  return keyboard;
}

/** Gives the page these shortcuts while it is shown. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const { add } = useKeyboard();
  const latest = useRef(bindings);
  latest.current = bindings;
  // Registered again only when keys or words change; the effect is always the latest.
  const signature = bindings.map((each) => `${each.keys}=${each.label}`).join('|');
  useLayoutEffect(() => {
    if (signature === '') return;
    return add(
      latest.current.map(({ keys, label }) => ({
        keys,
        label,
        run: () => latest.current.find((each) => each.keys === keys)?.run(),
      })),
    );
  }, [add, signature]);
}

export function useLegend(): () => void {
  return useKeyboard().showLegend;
}

/** A list of keys and their effects. */
export function Legend({ bindings }: { readonly bindings: readonly KeyBinding[] }) {
  return (
    <dl className="legend">
      {bindings.map((binding) => (
        <div key={binding.keys}>
          <dt>
            {binding.keys.split(' ').map((key) => (
              <kbd key={key}>{key.toUpperCase()}</kbd>
            ))}
          </dt>
          <dd>{binding.label}</dd>
        </div>
      ))}
    </dl>
  );
}
