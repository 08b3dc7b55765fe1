/** Addresses of cameras as people paste them: what is a login in them has fields of its own. */

/** An address without its login, and the login that stood in it; null: there was none. */
export interface AddressParts {
  address: string;
  username: string | null;
  password: string | null;
}

const SCHEMES = ["rtsp", "rtsps", "http", "https"] as const;
const LONGEST = 2048;
const FORM = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([/?#].*)?$/i;

/**
 * Takes "rtsp://user:secret@camera/stream" apart. Passwords with "@" in them are pasted as they are: the login
 * ends at the last one before the path.
 */
export function addressPartsOf(text: string): AddressParts {
  const address = text.trim();
  const found = FORM.exec(address);
  const place = found?.[2] ?? "";
  const end = place.lastIndexOf("@");
  if (found === null || end < 0) return { address, username: null, password: null };
  const login = place.slice(0, end);
  const colon = login.indexOf(":");
  return {
    address: `${found[1]}://${place.slice(end + 1)}${found[3] ?? ""}`,
    username: decoded(colon < 0 ? login : login.slice(0, colon)),
    password: colon < 0 ? null : decoded(login.slice(colon + 1)),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a password with a bare "%" in it
  }
}

/** What is wrong with an address; null: nothing that can be seen from here. */
export function addressProblem(text: string): string | null {
  const address = text.trim();
  if (address === "") return "Enter the camera's address, as rtsp://192.168.1.100:554/stream.";
  if (address.length > LONGEST) return `An address has ${LONGEST} characters at most.`;
  const found = FORM.exec(address);
  const scheme = found?.[1]?.toLowerCase();
  if (!SCHEMES.some((one) => one === scheme)) return `Begin with ${SCHEMES.join("://, ")}://.`;
  const place = found?.[2] ?? "";
  const port = /:(\d*)$/.exec(place.slice(place.lastIndexOf("@") + 1))?.[1];
  if (place.replace(/:\d*$/, "") === "") return "The name or number of the camera is missing behind //.";
  if (/\s/.test(address)) return "An address has no spaces.";
  if (port !== undefined && (port === "" || Number(port) < 1 || Number(port) > 65_535))
    return "The port is a number from 1 to 65535.";
  return null;
}
