import { expect, test } from "vitest";
import { agentToken, hostToml, isReachableFromElsewhere } from "./hostSettings";

const settings = {
  hostName: "lab-3",
  address: "10.0.0.9",
  gatewayUrl: "https://gateway.example",
  enrolmentToken: "R3c5sQ",
  agentToken: "aaaabbbbccccdddd",
};

test("the lines of host.toml name the host, its address, the gateway and the token", () => {
  expect(hostToml(settings)).toBe(
    [
      "[agent]",
      'name = "lab-3"',
      'listen = "10.0.0.9:8101"',
      'public_url = "http://10.0.0.9:8101"',
      'token = "aaaabbbbccccdddd"',
      "",
      "[gateway]",
      'url = "https://gateway.example"',
      'enrolment_token = "R3c5sQ"',
      "",
    ].join("\n"),
  );
});

test("an address that is not known yet stands as an example that says so", () => {
  expect(hostToml({ ...settings, address: " " })).toContain(
    'listen = "10.0.0.7:8101"   # the address of that machine',
  );
});

test("an agent on the gateway's own machine needs no token of its own", () => {
  expect(hostToml({ ...settings, address: "127.0.0.1" })).not.toMatch(/^token/m);
});

test("an IPv6 address stands in brackets", () => {
  expect(hostToml({ ...settings, address: "fd00::7" })).toContain('listen = "[fd00::7]:8101"');
});

test("quotes in what was typed stay inside of their string", () => {
  expect(hostToml({ ...settings, address: 'a"b' })).toContain(String.raw`listen = "a\"b:8101"`);
});

test("the agent's token is long enough, and of characters that need no quoting", () => {
  const token = agentToken(Uint8Array.from({ length: 24 }, (_, index) => 255 - index * 7));
  expect(token).toMatch(/^[\w-]{32}$/);
});

test("an address of the machine itself is no use to other machines", () => {
  expect(isReachableFromElsewhere("http://127.0.0.1:8000")).toBe(false);
  expect(isReachableFromElsewhere("http://localhost:8000")).toBe(false);
  expect(isReachableFromElsewhere("https://gateway.example")).toBe(true);
});
