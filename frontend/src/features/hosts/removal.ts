/** What is said before a host is removed for good. */
import { count } from "@/lib/format";

/** What goes and what stays, a sentence each. `devices`: how many it has. */
export function removalSentences(devices: number): { goes: string; stays: string } {
  const what = devices === 0 ? "The host leaves" : `The host and ${count(devices, "device")} leave`;
  return {
    goes: `${what} the wall, all lists and the counts. Cameras that it recorded for the gateway have no host until you give them another one. The footage on its disks cannot be reached from here any more.`,
    stays:
      "What it reported stays: its activity in the heatmap, events, and the cameras of its own settings, which you can delete under Cameras. A machine that enrols under this name later goes on with all of it.",
  };
}
