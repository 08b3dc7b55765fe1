import { expect, test } from "vitest";
import { openTokens } from "./tokenList";

const token = (id: string, expires_at: string, used_at: string | null = null) => ({
  id,
  host_name: id,
  networks: ["10.0.0.0/8"],
  replaces_host: false,
  created_by: null,
  createdAt: "2026-11-21T10:00:00Z",
  expires_at,
  used_at,
});

test("open are tokens that nobody used and that have not expired, the next to expire first", () => {
  const tokens = [
    token("later", "2026-11-22T10:00:00Z"),
    token("used", "2026-11-22T10:00:00Z", "2026-11-21T11:00:00Z"),
    token("expired", "2026-11-21T12:00:00Z"),
    token("sooner", "2026-11-21T15:00:00Z"),
  ];
  const now = Date.parse("2026-11-21T12:00:00Z");
  expect(openTokens(tokens, now).map(({ id }) => id)).toEqual(["sooner", "later"]);
});
