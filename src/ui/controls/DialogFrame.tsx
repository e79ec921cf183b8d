import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Icon } from './Icon.tsx';

interface Props {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** An open dialog with its title and a button that closes it; Escape and the veil do, too. */
export function DialogFrame({ title, onClose, children }: Props): ReactNode {
  return (
    <ModalOverlay
      className="veil-all"
      isDismissable
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="dlg">
        <Dialog className="dlg-b">
          <div className="dlg-h">
            <Heading slot="title">{title}</Heading>
            <button type="button" className="btn sq ghost" aria-label="Close" onClick={onClose}>
              <Icon name="close" />
            </button>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
