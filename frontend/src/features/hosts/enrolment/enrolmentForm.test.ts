import { expect, test } from "vitest";
import {
  networksIn,
  problemsOf,
  refusedField,
  requestOf,
  suggestedForm,
  suggestedNetworks,
} from "./enrolmentForm";

const HOSTS = [
  { name: "lab-1", state: "online" as const },
  { name: "lab-9", state: "revoked" as const },
];
const form = (over: object = {}) => ({ ...suggestedForm("gateway.example", "lab-3"), ...over });

test("private networks are suggested, and the machine's own only where the gateway is open on it", () => {
  expect(suggestedNetworks("gateway.example")).toEqual(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]);
  for (const own of ["127.0.0.1", "localhost", "[::1]"]) {
    expect(suggestedNetworks(own)[0]).toBe("127.0.0.0/8");
  }
  expect(suggestedNetworks("127.example.com")).not.toContain("127.0.0.0/8");
});

test("networks stand on lines or between commas, each counts once", () => {
  expect(networksIn(" 10.0.0.0/8,\n192.168.0.0/16 10.0.0.0/8\n")).toEqual(["10.0.0.0/8", "192.168.0.0/16"]);
});

test("what is suggested has nothing wrong with it once there is a name", () => {
  expect(problemsOf(form(), HOSTS)).toEqual({});
  expect(problemsOf(form({ hostName: "" }), HOSTS).hostName).toBe("Give the host a name.");
});

test.each(["Lab-3", "-lab", "lab 3", "lab.3", "a".repeat(64)])("%s is no name of a host", (hostName) => {
  expect(problemsOf(form({ hostName }), HOSTS).hostName).toContain("Small letters");
});

test("the name of a host that is there is refused unless it is to be replaced", () => {
  expect(problemsOf(form({ hostName: "lab-1" }), HOSTS).hostName).toContain(
    "There is a host lab-1 already, online",
  );
  expect(problemsOf(form({ hostName: "lab-1", replacesHost: true }), HOSTS)).toEqual({});
  expect(problemsOf(form({ hostName: "lab-9" }), HOSTS)).toEqual({});
});

test.each(["10.0.0.0/33", "10.0.0/8", "256.0.0.0/8", "lab", "10.0.0.0/8/8", "10.0.0.0/x", "fe80::/129"])(
  "%s is no network",
  (networks) => {
    expect(problemsOf(form({ networks }), HOSTS).networks).toBe(
      `${networks} is no network such as 10.0.0.0/8.`,
    );
  },
);

test.each(["10.1.2.3", "10.0.0.0/8", "0.0.0.0/0", "fd00::/8", "::1"])("%s is a network", (networks) => {
  expect(problemsOf(form({ networks }), HOSTS).networks).toBeUndefined();
});

test("no network at all is refused, and so are too many", () => {
  expect(problemsOf(form({ networks: " \n" }), HOSTS).networks).toContain("at least one");
  const many = Array.from({ length: 21 }, (_, index) => `10.0.${index}.0/24`).join("\n");
  expect(problemsOf(form({ networks: many }), HOSTS).networks).toContain("at most 20");
});

test("what is sent has the gateway's names", () => {
  expect(requestOf(form({ hostName: " lab-3 ", networks: "10.0.0.0/8", validHours: 8 }))).toEqual({
    host_name: "lab-3",
    networks: ["10.0.0.0/8"],
    valid_hours: 8,
    replaces_host: false,
  });
});

test("a refusal is shown at the field that it is about", () => {
  expect(refusedField({ field: "networks" })).toBe("networks");
  expect(refusedField({ host_name: ["Does not match."] })).toBe("hostName");
  expect(refusedField({})).toBeNull();
});
