import type { ReactNode } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import type { FileKind } from '../../store/fileKind.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { chosenFiles } from './readDrop.ts';

/** Buttons that open files or a folder of this device. @param as what they are, where that is asked */
export function OpenButtons({ as }: { as?: FileKind }): ReactNode {
  const { own } = useApp();
  const isBusy = useAppState((state) => state.own.task !== null);
  const open = (list: FileList | null): void => {
    void own.open(chosenFiles(list), as);
  };
  return (
    <span className="own-open">
      <FileTrigger allowsMultiple onSelect={open}>
        <Button className="btn pri" isDisabled={isBusy}>
          Open files
        </Button>
      </FileTrigger>
      <FileTrigger acceptDirectory onSelect={open}>
        <Button className="btn" isDisabled={isBusy}>
          Open a folder
        </Button>
      </FileTrigger>
    </span>
  );
}
