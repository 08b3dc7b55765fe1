import { expect, it } from "vitest";
import { silenceSentence, silentHosts } from "./silentHosts";

const device = (
  host: string,
  host_state: "online" | "late" | "offline" | "revoked",
  reported_at: string | null,
) => ({
  host,
  host_state,
  reported_at,
});

it("hosts that are late or offline are told, each once, with their last report", () => {
  const hosts = silentHosts([
    device("lab-2", "offline", "2026-11-21T14:00:00Z"),
    device("lab-2", "offline", "2026-11-21T14:00:10Z"),
    device("lab-1", "online", "2026-11-21T14:00:00Z"),
    device("attic", "late", null),
    device("gone", "revoked", null),
  ]);
  expect(hosts).toEqual([
    { name: "attic", reportedMs: null },
    { name: "lab-2", reportedMs: Date.parse("2026-11-21T14:00:10Z") },
  ]);
});

it("the sentence names the host, how long it is silent, and what follows", () => {
  expect(silenceSentence([{ name: "lab-2", reportedMs: 0 }], 3 * 60_000)).toBe(
    "Host lab-2 has not reported for 3 min. If it is running it keeps recording, and its archive will appear when it is back.",
  );
  expect(silenceSentence([{ name: "lab-2", reportedMs: null }], 0)).toMatch(
    /^Host lab-2 has not reported\. /,
  );
});

it("of many hosts the first are named", () => {
  const hosts = ["a", "b", "c", "d", "e"].map((name) => ({ name, reportedMs: null }));
  expect(silenceSentence(hosts.slice(0, 2), 0)).toMatch(/^2 hosts do not report: a and b\. /);
  expect(silenceSentence(hosts, 0)).toMatch(/^5 hosts do not report: a, b, c and 2 more\. /);
});
