/**
 * Attributes of an element that takes files: dropped on it, or pasted into it. The page, which would take them for runs, does not get to see
 * them then.
 */
export function filesIn(take: (files: File[]) => void) {
  const takeIn = (event: Event, files: FileList | undefined) => {
    if (!files || files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    take([...files]);
  };
  return {
    ondragover: (event: DragEvent) => {
      // Without this a browser would leave the page for the file.
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    },
    ondrop: (event: DragEvent) => takeIn(event, event.dataTransfer?.files),
    onpaste: (event: ClipboardEvent) => takeIn(event, event.clipboardData?.files),
  };
}
