import { Button } from "@mantine/core";
import { ApiError } from "@/api/errors";
import { areCaptionsOff } from "@/api/events";
import { Failed } from "@/components/PageState";
import { type Changes, isFiltered } from "./wanted";

/** Why events are not listed: what to do, and what goes on all the same. */
export function NotAnswered({
  error,
  address,
  set,
  retry,
}: {
  error: unknown;
  address: URLSearchParams;
  set: (changes: Changes) => void;
  retry: () => void;
}) {
  if (areCaptionsOff(error)) return <Failed error={error} />;
  if (error instanceof ApiError && error.status === 404 && isFiltered(address)) {
    return (
      <Failed error={error}>
        <Button
          variant="default"
          onClick={() =>
            set({ camera: null, group: null, similar: null, q: null, period: null, brief: null })
          }
        >
          Show all events
        </Button>
      </Failed>
    );
  }
  return (
    <Failed error={error} retry={retry}>
      {error instanceof ApiError && error.code === "graph_unreachable" && (
        <p>Recording, live pictures and recent captions go on; captions are merged when the graph is back.</p>
      )}
    </Failed>
  );
}
