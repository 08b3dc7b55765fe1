/** The form for an enrolment token: what is suggested, and what is wrong with what was entered. */
import type { Host } from "@/api/types";
import type { TokenRequest } from "../hostQueries";

const HOST_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const PRIVATE_NETWORKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const MOST_NETWORKS = 20;

/** How long tokens may be good for, in hours, with their words. */
export const VALIDITIES: readonly { hours: number; words: string }[] = [
  { hours: 1, words: "1 hour" },
  { hours: 8, words: "8 hours" },
  { hours: 24, words: "24 hours" },
  { hours: 72, words: "3 days" },
  { hours: 168, words: "7 days" },
  { hours: 720, words: "30 days" },
];

/** As it is typed. `networks`: one a line, or with commas. */
export interface EnrolmentForm {
  hostName: string;
  networks: string;
  validHours: number;
  replacesHost: boolean;
}

/** By field: a sentence. */
export type EnrolmentProblems = Partial<Record<"hostName" | "networks", string>>;

/** What the form begins with. `pageHost`: under which name the gateway is open in the browser. */
export function suggestedForm(pageHost: string, hostName = "", replacesHost = false): EnrolmentForm {
  return {
    hostName,
    networks: suggestedNetworks(pageHost).join("\n"),
    validHours: 24,
    replacesHost,
  };
}

/** Private networks; this machine too where the gateway is open on it, as in a trial. */
export function suggestedNetworks(pageHost: string): string[] {
  const isOwnMachine =
    pageHost === "localhost" || pageHost === "[::1]" || /^127(\.\d{1,3}){3}$/.test(pageHost);
  return isOwnMachine ? ["127.0.0.0/8", ...PRIVATE_NETWORKS] : PRIVATE_NETWORKS;
}

/** The networks of a text: between lines, commas and blanks, each once. */
export function networksIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

/** What is wrong; empty: it may be sent. */
export function problemsOf(
  form: EnrolmentForm,
  hosts: readonly Pick<Host, "name" | "state">[],
): EnrolmentProblems {
  const problems: EnrolmentProblems = {};
  const name = form.hostName.trim();
  const known = hosts.find((host) => host.name === name && host.state !== "revoked");
  if (name === "") problems.hostName = "Give the host a name.";
  else if (!HOST_NAME.test(name)) {
    problems.hostName =
      "Small letters, digits, - and _, at most 63 of them; the first is a letter or a digit: lab-3.";
  } else if (known !== undefined && !form.replacesHost) {
    problems.hostName = `There is a host ${name} already, ${known.state}. Choose another name, or let this one replace it.`;
  }
  const networks = networksIn(form.networks);
  const wrong = networks.find((network) => !isNetwork(network));
  if (networks.length === 0) problems.networks = "Name at least one network, such as 10.0.0.0/8.";
  else if (networks.length > MOST_NETWORKS) problems.networks = `Name at most ${MOST_NETWORKS} networks.`;
  else if (wrong !== undefined) problems.networks = `${wrong.slice(0, 60)} is no network such as 10.0.0.0/8.`;
  return problems;
}

// IPv4 exactly; of IPv6 the rough form, whose rest the gateway looks at.
function isNetwork(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  if (rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false;
  if (address.includes(":")) return /^[0-9a-f:.]+$/i.test(address) && Number(prefix ?? 0) <= 128;
  const parts = address.split(".");
  return (
    parts.length === 4 &&
    parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255) &&
    Number(prefix ?? 0) <= 32
  );
}

/** What is sent for a form without problems. */
export function requestOf(form: EnrolmentForm): TokenRequest {
  return {
    host_name: form.hostName.trim(),
    networks: networksIn(form.networks),
    valid_hours: form.validHours,
    replaces_host: form.replacesHost,
  };
}

/** The gateway's refusal at its field, where it names one that the form has. */
export function refusedField(details: Record<string, unknown>): keyof EnrolmentProblems | null {
  const fields = [details.field, ...Object.keys(details)];
  if (fields.includes("host_name")) return "hostName";
  return fields.includes("networks") ? "networks" : null;
}
