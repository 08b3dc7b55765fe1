import { useEffect, useState } from "react";

// An image that was shown for a moment only may be reading it still.
const READ_WITHIN_MS = 5_000;

/** `blob` as an address for <img>, for as long as it is shown; null until it is there. */
export function useObjectUrl(blob: Blob | undefined): string | null {
  const [made, setMade] = useState<{ blob: Blob; url: string } | null>(null);
  useEffect(() => {
    if (blob === undefined) return;
    const url = URL.createObjectURL(blob);
    setMade({ blob, url });
    return () => {
      setTimeout(() => URL.revokeObjectURL(url), READ_WITHIN_MS);
    };
  }, [blob]);
  return made !== null && made.blob === blob ? made.url : null;
}
