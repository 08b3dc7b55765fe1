/** Whether and how a camera is analysed, in words. */
import type { Camera } from "@/features/cameras/cameraTypes";
import { sensitivityWords } from "@/features/cameras/form/cameraForm";

type Analysed = Pick<
  Camera,
  "managed_by" | "host" | "enable_detection" | "detection_sensitivity" | "overrides" | "host_detection"
>;

/** "On: usual motion (0.7), as lab-1 says": what counts, and whose word it is. */
export function detectionText(camera: Analysed): string {
  const { managed_by, enable_detection, detection_sensitivity, overrides, host_detection } = camera;
  const host = camera.host ?? "its host";
  if (enable_detection === null) return `${host} has not told: an older agent does not`;
  const now = onOrOff(enable_detection, detection_sensitivity);
  if (managed_by !== "host") return now;
  if (overrides.length === 0) return `${now}, as host.toml of ${host} says`;
  if (host_detection === null) return `${now}, set here`;
  const own = host_detection.enable_detection ? `on (${host_detection.detection_sensitivity})` : "off";
  return `${now}, set here; host.toml of ${host} says ${own}`;
}

function onOrOff(isOn: boolean, sensitivity: number | null): string {
  if (!isOn) return "Off";
  return sensitivity === null ? "On" : `On: ${sensitivityWords(sensitivity)} (${sensitivity})`;
}
