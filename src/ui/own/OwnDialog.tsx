import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useApp, useAppState } from '../AppContext.ts';
import { Alert } from '../controls/Alert.tsx';
import { Icon } from '../controls/Icon.tsx';
import { CheckpointForm } from './CheckpointForm.tsx';
import { DataList } from './DataList.tsx';
import { DropArea } from './DropArea.tsx';
import { Opening } from './Opening.tsx';
import { WhatIsIt } from './WhatIsIt.tsx';

function Body(): ReactNode {
  const { own } = useApp();
  const { task, error, unclear, checkpoint } = useAppState((state) => state.own);
  const title = checkpoint === null ? 'Bring your own' : 'Your network';
  return (
    <>
      <div className="dlg-h">
        <Heading slot="title">{title}</Heading>
        <button
          type="button"
          className="btn sq ghost"
          aria-label="Close"
          onClick={() => {
            own.close();
          }}
        >
          <Icon name="close" />
        </button>
      </div>
      {error !== null && <Alert error={error} safe="Nothing else changed." />}
      {unclear !== null && <WhatIsIt files={unclear} />}
      {task !== null && <Opening task={task} />}
      {checkpoint === null ? (
        <DropArea />
      ) : (
        <CheckpointForm key={checkpoint.name} info={checkpoint} />
      )}
      <DataList />
      <p className="note">Nothing leaves this device.</p>
    </>
  );
}

/** The dialog for what a person brings: images, a network, a run. */
export function OwnDialog(): ReactNode {
  const { own } = useApp();
  const isOpen = useAppState((state) => state.own.isOpen);
  return (
    <ModalOverlay
      className="veil-all"
      isDismissable
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) own.close();
      }}
    >
      <Modal className="dlg">
        <Dialog className="dlg-b">
          <Body />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
