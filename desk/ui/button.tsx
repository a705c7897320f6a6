import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import { Link, type LinkProps } from 'react-router';

export type Look = 'plain' | 'main' | 'quiet' | 'grave';

/** A button that shows its keyboard shortcut, if it has one. */
export function Button({
  look = 'plain',
  keyName,
  children,
  ...rest
}: Omit<ButtonProps, 'children' | 'className'> & {
  readonly look?: Look;
  readonly keyName?: string;
  readonly children: ReactNode;
}) {
  return (
    <AriaButton {...rest} className={`button ${look}`}>
      <span>{children}</span>
      {keyName ? (
        <span aria-hidden="true" className="key">
          {keyName.toUpperCase()}
        </span>
      ) : null}
    </AriaButton>
  );
}

/** A link that looks like a button. */
export function ButtonLink({ look = 'plain', ...rest }: LinkProps & { readonly look?: Look }) {
  return <Link {...rest} className={`button ${look}`} />;
}
