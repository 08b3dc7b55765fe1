/** Files of cameras that somebody chose or pasted, as they are sent. */

export type FileFormat = "csv" | "json";

/** What is imported: a file's bytes and how they are to be read. `name`: for people. */
export interface ImportFile {
  name: string;
  format: FileFormat;
  bytes: Uint8Array;
}

// 10,000 rows have a few; more than this is no list of cameras, and too much for one request.
const LARGEST_BYTES = 16 * 1024 * 1024;

/** By the name's ending, else by how the text begins. */
export function formatOf(name: string, bytes: Uint8Array): FileFormat {
  if (/\.json$/i.test(name)) return "json";
  if (/\.(csv|tsv|txt)$/i.test(name)) return "csv";
  const begin = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  return begin.startsWith("[") || begin.startsWith("{") ? "json" : "csv";
}

/** What is wrong with a file that can be seen without reading it; null: nothing. */
export function fileProblem({ name, bytes }: { name: string; bytes: Uint8Array }): string | null {
  if (/\.(xlsx?|ods|numbers)$/i.test(name))
    return "This is a spreadsheet's own format. Save it as CSV (UTF-8) and choose that file.";
  if (bytes.length === 0) return "This file is empty.";
  return bytes.length > LARGEST_BYTES
    ? "This file is too large. Import at most 10,000 cameras at a time."
    : null;
}

/** The bytes as base64, piece by piece: spreading megabytes into one call is more than a browser takes. */
export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

const HEADER =
  "external_id,name,rtsp_url,username,password,preview_url,resolution,fps,codec,location,group,is_active,enable_detection,detection_sensitivity,host,device_name";
const EXAMPLES = [
  "front_door,Front door,rtsp://192.168.1.100:554/stream,admin,password123,,1920x1080,25,h264,Main entrance,,true,true,0.7,,",
  ",Loading dock,rtsp://192.168.1.101:554/main,,,rtsp://192.168.1.101:554/sub,,,,Building 2,,true,false,,,",
];

/** A file to begin with: the columns that there are, and two examples. Only name and rtsp_url are needed. */
export const TEMPLATE = `${[HEADER, ...EXAMPLES].join("\r\n")}\r\n`;
