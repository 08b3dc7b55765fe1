/** Short names for what the gateway's document declares of cameras. */
export interface Camera {
  id: string;
  external_id: string;
  name: string;
  rtsp_url: string;
  status: CameraStatus;
  is_active: boolean;
  enable_detection: boolean;
  detection_sensitivity: number;
  username: string | null;
  has_password: boolean;
  resolution: string | null;
  fps: number | null;
  codec: string | null;
  location: string | null;
  preview_url: string | null;
  group_id: string | null;
  group: string | null;
  host_id: string | null;
  host: string | null;
  device_name: string | null;
  device: string | null;
  managed_by: "gateway" | "host";
  last_connected: string | null;
  checked_at: string | null;
  problem_code: string | null;
  problem: string | null;
  failures_in_row: number;
  createdAt: string;
  updatedAt: string;
}
export type CameraStatus = "live" | "degraded" | "offline" | "idle" | "error";
export type Codec = "h264" | "h265" | "mjpeg" | "vp9";
export interface CameraChanges {
  name?: string;
  rtsp_url?: string;
  username?: string | null;
  password?: string | null;
  preview_url?: string | null;
  resolution?: string | null;
  fps?: number | null;
  codec?: Codec | null;
  location?: string | null;
  group_id?: string | null;
  host?: string | null;
  host_id?: string | null;
  device_name?: string | null;
  is_active?: boolean;
  enable_detection?: boolean;
  detection_sensitivity?: number;
}
export type NewCamera = CameraChanges & { name: string; rtsp_url: string; external_id?: string };
