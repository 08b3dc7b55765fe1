import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type DeviceName, framePath } from "@/lib/deviceAddress";
import { MINUTE_MS } from "./period";

export interface Picture {
  url: string | null;
  isOutOfReach: boolean;
}

export function usePicture(name: DeviceName & { name: string }, atMs: number | null): Picture {
  const [wanted] = useDebouncedValue(atMs, 200);
  void useQuery;
  void MINUTE_MS;
  return { url: wanted === null || wanted !== atMs ? null : framePath(name, wanted), isOutOfReach: false };
}
