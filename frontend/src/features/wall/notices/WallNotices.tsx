import { useState, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { ApiError } from "@/api/errors";
import type { Device } from "@/api/types";
import { useWall } from "@/features/wall/tiles/WallContext";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import { useNow } from "@/lib/useNow";
import { Notice } from "./Notice";
import { type SilentHost, silenceSentence, silentHosts } from "./silentHosts";

/** What keeps pictures from coming: hosts that do not report, or the gateway's trouble. */
export function WallNotices({ devices }: { devices: readonly Device[] }) {
  const { feed } = useWall();
  const problem = useSyncExternalStore(feed.onProblem, () => feed.problem);
  // Closed for as long as the host stays away: the next time it is said again.
  const [closed, setClosed] = useState<readonly string[]>([]);
  const silent = silentHosts(devices);
  const stillClosed = closed.filter((name) => silent.some((host) => host.name === name));
  const told = silent.filter(({ name }) => !stillClosed.includes(name));
  return (
    <div>
      {problem !== null && !isToldByFrame(problem) && (
        <Notice>No new pictures arrive. {problemOf(problem)} This page tries again by itself.</Notice>
      )}
      {told.length > 0 && (
        <SilenceNotice
          hosts={told}
          onClose={() => setClosed([...stillClosed, ...told.map(({ name }) => name)])}
        />
      )}
    </div>
  );
}

// That the gateway does not answer at all is said above every page.
function isToldByFrame(problem: unknown): boolean {
  return problem instanceof ApiError && problem.status === 0;
}

function SilenceNotice({ hosts, onClose }: { hosts: readonly SilentHost[]; onClose: () => void }) {
  const nowMs = useNow();
  const mayOpen = useMay("hosts:read");
  const [only] = hosts;
  return (
    <Notice onClose={onClose}>
      {silenceSentence(hosts, nowMs)}{" "}
      {mayOpen &&
        (hosts.length === 1 && only !== undefined ? (
          <Link to={`/hosts/${encodeURIComponent(only.name)}`}>Open host</Link>
        ) : (
          <Link to="/hosts">Open hosts</Link>
        ))}
    </Notice>
  );
}
