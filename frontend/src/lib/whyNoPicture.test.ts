import { expect, test } from "vitest";
import { whyNoPicture } from "./whyNoPicture";

test("what is gone, what is away for now, and what may not be seen are told apart", () => {
  expect(whyNoPicture(null)).toBe("No footage of this moment");
  expect(whyNoPicture({ status: 404, code: "no_footage" })).toBe("No footage of this moment");
  expect(whyNoPicture({ status: 502, code: "host_unreachable" })).toBe("Not reachable now");
  expect(whyNoPicture({ status: 0, code: "unreachable" })).toBe("Not reachable now");
  expect(whyNoPicture({ status: 403, code: "forbidden" })).toBe("You may not see this camera");
});
