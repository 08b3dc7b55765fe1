import { roughly, utcText } from "@/lib/format";
import { useNow } from "@/lib/useNow";

/** "3 s ago", counting up; UTC on hover. `at`: ISO 8601. By itself, so that its page need not tick. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={utcText(ms)} className="tabular">
      {roughly(now - ms)} ago
    </time>
  );
}
