import type { Child } from 'hono/jsx';
import type { Speech, TextKey } from './texts.ts';

/** One field of a form: its value and its error. */
export interface FieldProps {
  readonly speech: Speech;
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly needed?: boolean;
}

/** Label, hint and error come before the field, so that screen readers read them first. */
function Frame({ field, children }: { field: FieldProps; children?: Child }) {
  return (
    <div class="field">
      <label for={field.name}>
        {field.label}
        {field.needed ? <span class="need"> ({field.speech.t('ask.needed')})</span> : null}
      </label>
      {field.hint ? (
        <span class="hint" id={`${field.name}-hint`}>
          {field.hint}
        </span>
      ) : null}
      {field.error ? (
        <span class="error" id={`${field.name}-error`}>
          {field.error}
        </span>
      ) : null}
      {children}
    </div>
  );
}

function described(field: FieldProps) {
  const ids = [
    field.hint ? `${field.name}-hint` : null,
    field.error ? `${field.name}-error` : null,
  ].filter(Boolean);
  return {
    'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined,
    'aria-invalid': field.error ? ('true' as const) : undefined,
  };
}

export function TextField(
  props: FieldProps & {
    readonly type?: 'text' | 'tel' | 'email' | 'password';
    readonly inputmode?: 'text' | 'tel' | 'email' | 'numeric';
    /** The browser stores nothing of a form, except where a password is entered. */
    readonly autocomplete?: string;
  },
) {
  return (
    <Frame field={props}>
      <input
        id={props.name}
        name={props.name}
        type={props.type ?? 'text'}
        inputmode={props.inputmode}
        value={props.value ?? ''}
        autocomplete={props.autocomplete ?? 'off'}
        dir={props.type === 'password' ? undefined : 'auto'}
        spellcheck={false}
        aria-required={props.needed ? 'true' : undefined}
        {...described(props)}
      />
    </Frame>
  );
}

export function LinesField(props: FieldProps & { readonly rows?: number }) {
  return (
    <Frame field={props}>
      <textarea
        id={props.name}
        name={props.name}
        rows={props.rows ?? 5}
        autocomplete="off"
        dir="auto"
        {...described(props)}
      >
        {/* Browsers drop the first line break after the tag, so one is added for them to drop. */}
        {`\n${props.value ?? ''}`}
      </textarea>
    </Frame>
  );
}

export function ChoiceField(
  props: FieldProps & { readonly choices: readonly { value: string; text: string }[] },
) {
  return (
    <Frame field={props}>
      <select
        id={props.name}
        name={props.name}
        autocomplete="off"
        aria-required={props.needed ? 'true' : undefined}
        {...described(props)}
      >
        {props.choices.map((choice) => (
          <option value={choice.value} selected={choice.value === (props.value ?? '')}>
            {choice.text}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function Tick(props: {
  readonly name: string;
  readonly text: string;
  readonly on: boolean;
}) {
  return (
    <label class="tick">
      <input type="checkbox" name={props.name} value="yes" checked={props.on} autocomplete="off" />
      <span>{props.text}</span>
    </label>
  );
}

export interface ListedError {
  readonly field: string;
  readonly label: string;
  readonly text: string;
}

/** All errors in one place, each with a link to its field. */
export function ErrorSummary({
  speech,
  errors,
}: {
  speech: Speech;
  errors: readonly ListedError[];
}) {
  if (errors.length === 0) return null;
  return (
    <div class="note bad" role="alert">
      <h2>{speech.t('error.title')}</h2>
      <p>{speech.t('error.kept')}</p>
      <ul class="plainlist">
        {errors.map((error) => (
          <li>
            <a href={`#${error.field}`}>{error.label}</a>: {error.text}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Note(props: { readonly kind?: 'good' | 'bad'; readonly children?: Child }) {
  return (
    <div class={props.kind ? `note ${props.kind}` : 'note'} role="status">
      {props.children}
    </div>
  );
}

/** Fields of every form: its command id, and its CSRF token (ruling 8). */
export interface FormSeal {
  readonly commandId: string;
  readonly token: string;
  readonly version?: number;
}

export function Hidden({ seal }: { seal: FormSeal }) {
  return (
    <>
      <input type="hidden" name="commandId" value={seal.commandId} autocomplete="off" />
      <input type="hidden" name="token" value={seal.token} autocomplete="off" />
      {seal.version === undefined ? null : (
        <input type="hidden" name="version" value={String(seal.version)} autocomplete="off" />
      )}
    </>
  );
}

/** The code in its groups, which break between and never within. */
export function Code({ printed }: { printed: string }) {
  const groups = printed.split('-');
  return (
    <p class="code">
      {groups.map((group, at) => (
        <span>{at < groups.length - 1 ? `${group}-` : group}</span>
      ))}
    </p>
  );
}

/** Numbered texts of a page, such as `never.1` to `never.6`. */
export function textList(speech: Speech, keys: readonly TextKey[]) {
  return (
    <ul class="plainlist">
      {keys.map((key) => (
        <li>{speech.t(key)}</li>
      ))}
    </ul>
  );
}
