/** What a person puts onto the machine that is to be enrolled. */

const PORT = 8101;

/** Of the token's host. `address`: of the machine, as the gateway reaches it; empty: not known yet. */
export interface HostSettings {
  hostName: string;
  address: string;
  gatewayUrl: string;
  enrolmentToken: string;
  /** For asking the agent itself; an agent that listens beyond its own machine needs one. */
  agentToken: string;
}

/** The sections of `host.toml` that enrolment needs. */
export function hostToml(settings: HostSettings): string {
  const address = settings.address.trim() === "" ? "10.0.0.7" : bracketed(settings.address.trim());
  const isExample = settings.address.trim() === "";
  const isOwnMachine = /^127(\.\d{1,3}){3}$|^\[::1\]$|^localhost$/.test(address);
  const note = isExample ? "   # the address of that machine" : "";
  return [
    "[agent]",
    `name = ${quoted(settings.hostName)}`,
    `listen = ${quoted(`${address}:${PORT}`)}${note}`,
    `public_url = ${quoted(`http://${address}:${PORT}`)}${isExample ? "   # as the gateway reaches it" : ""}`,
    ...(isOwnMachine ? [] : [`token = ${quoted(settings.agentToken)}`]),
    "",
    "[gateway]",
    `url = ${quoted(settings.gatewayUrl)}`,
    `enrolment_token = ${quoted(settings.enrolmentToken)}`,
    "",
  ].join("\n");
}

/** Looks for mistakes, then runs the agent. */
export const COMMANDS = [
  ".venv/bin/python -m host_agent doctor --config host.toml",
  ".venv/bin/python -m host_agent run --config host.toml",
].join("\n");

// JSON's strings are TOML's basic strings.
function quoted(text: string): string {
  return JSON.stringify(text);
}

function bracketed(address: string): string {
  return address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
}

/** A token for the agent out of 24 random bytes. */
export function agentToken(random: Uint8Array): string {
  return btoa(String.fromCharCode(...random))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Whether machines other than the gateway's can use this address of it. */
export function isReachableFromElsewhere(gatewayUrl: string): boolean {
  const { hostname } = new URL(gatewayUrl);
  return !(hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname));
}
