import { useState, type ReactNode } from 'react';
import { Dialog, DialogTrigger, Modal, ModalOverlay } from 'react-aria-components';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { TriggerBody } from './TriggerBody.tsx';

/** Button and dialog that change the trigger, or replace it by another's. Oracle view only. */
export function TriggerDialog({
  model,
  disabled,
}: {
  model: LoadedModel;
  disabled: boolean;
}): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <button
        type="button"
        className="btn wide"
        disabled={disabled}
        onClick={() => {
          setOpen(true);
        }}
      >
        Change the trigger
      </button>
      <ModalOverlay className="veil-all" isDismissable>
        <Modal className="dlg">
          <Dialog className="dlg-b">
            <TriggerBody
              model={model}
              close={() => {
                setOpen(false);
              }}
            />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
