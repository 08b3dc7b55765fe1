import { Empty } from "@/components/PageState";
import { whatToSet } from "./migrationFacts";

/** That captions are off, and what to set for them. `problem`: the gateway's own sentences. */
export function CaptionsOff({ problem }: { problem: string | null }) {
  return (
    <Empty title="Captions are off">
      <p>{whatToSet(problem)}</p>
      <p>Recording, live pictures, the archive and everything else do not need them.</p>
    </Empty>
  );
}
