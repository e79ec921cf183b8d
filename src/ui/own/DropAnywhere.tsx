import { useEffect, useState, type ReactNode } from 'react';
import { useApp } from '../AppContext.ts';
import { droppedFiles } from './readDrop.ts';

/** Takes files that are dropped anywhere on the page, and says so while they hover. */
export function DropAnywhere(): ReactNode {
  const { own } = useApp();
  const [hovers, setHovers] = useState(false);
  useEffect(() => {
    const holdsFiles = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setHovers(true);
    };
    const leave = (event: DragEvent): void => {
      // Null: the pointer left the window, not one element for the next.
      if (event.relatedTarget === null) setHovers(false);
    };
    const drop = (event: DragEvent): void => {
      setHovers(false);
      // A place on the page has taken it.
      if (event.defaultPrevented) return;
      if (event.dataTransfer === null || !holdsFiles(event)) return;
      event.preventDefault();
      droppedFiles(event.dataTransfer).then(
        (files) => void own.open(files),
        () => {
          own.unreadable();
        },
      );
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [own]);
  return hovers ? (
    <div className="drop-all" aria-hidden="true">
      <p>Drop to open</p>
    </div>
  ) : null;
}
