import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { type TextKey, useTexts } from '../texts.ts';
import { Button } from './button.tsx';

/** A dialog over the page; Escape and the button close it. */
export function Sheet({
  isOpen,
  onClose,
  titleKey,
  children,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly titleKey: TextKey;
  readonly children: ReactNode;
}) {
  const { t } = useTexts();
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Modal className="modal">
        <Dialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title">{t(titleKey)}</Heading>
            <Button look="quiet" onPress={onClose}>
              {t('sheet.leave')}
            </Button>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
