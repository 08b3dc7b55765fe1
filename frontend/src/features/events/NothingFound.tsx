import { Button, Group } from "@mantine/core";
import { Empty } from "@/components/PageState";
import { useMay } from "@/lib/session";
import { type Changes, isFiltered, isSearch, isSimilar } from "./wanted";

/** Where a search found nothing, or there is nothing yet: what to do. */
export function NothingFound({
  address,
  hasRecent,
  isKnown,
  set,
}: {
  address: URLSearchParams;
  /** Captions that are not merged yet match, and are shown. */
  hasRecent: boolean;
  /** Whether that is known already. */
  isKnown: boolean;
  set: (changes: Changes) => void;
}) {
  const mayWrite = useMay("captions:write");
  if (isSimilar(address)) {
    return (
      <Empty title="Nothing is like it">
        <Button variant="default" onClick={() => set({ similar: null })}>
          Show all events
        </Button>
      </Empty>
    );
  }
  if (isFiltered(address)) {
    const others = (["camera", "group", "period", "brief"] as const).filter((name) => address.has(name));
    return (
      <Empty title="Nothing found">
        <p>
          {hasRecent
            ? "No event matches; what was captioned lately and does is above."
            : isSearch(address)
              ? "All words must be in a caption, in any form. Try fewer words, or others for the same thing."
              : "There was no event with these filters."}
        </p>
        <Group justify="center" mt="sm" gap="xs">
          {isSearch(address) && others.length > 0 && (
            <Button
              variant="default"
              onClick={() => set({ camera: null, group: null, period: null, brief: null })}
            >
              Search all cameras and times
            </Button>
          )}
          <Button
            variant="default"
            onClick={() => set({ q: null, camera: null, group: null, period: null, brief: null })}
          >
            Show all events
          </Button>
        </Group>
      </Empty>
    );
  }
  if (!isKnown) return null;
  if (hasRecent) {
    return (
      <Empty title="No events yet">
        {mayWrite
          ? "Captions are coming in. They become events within two hours; “Merge now” above does it at once."
          : "Captions are coming in. They become events within two hours."}
      </Empty>
    );
  }
  return (
    <Empty title="No captions yet">
      <p>
        Captions say in words what a camera's pictures show; events are made of them. To have them made, write{" "}
        <code>enabled = true</code> under <code>[captions]</code> in a host's settings: <code>scene</code>{" "}
        needs no model, <code>openai</code> asks one of yours. Programs of your own send theirs to{" "}
        <code>POST /api/v1/captions</code>.
      </p>
    </Empty>
  );
}
