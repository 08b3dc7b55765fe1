import { expect, test } from "vitest";
import { parseOrders, withOrder, withoutOrder } from "./exportOrders";

const order = { host: "lab-1", device: "street", id: "a", from: 1, to: 2 };

test("orders survive being kept as text, and what is none is left out", () => {
  expect(parseOrders(JSON.stringify([order, { id: "b" }, null, 7]))).toEqual([order]);
  expect(parseOrders("not JSON")).toEqual([]);
  expect(parseOrders(null)).toEqual([]);
});

test("the newest comes first, each once", () => {
  const second = { ...order, id: "b" };
  expect(withOrder([order], second).map((one) => one.id)).toEqual(["b", "a"]);
  expect(withOrder([second, order], order).map((one) => one.id)).toEqual(["a", "b"]);
  expect(withoutOrder([second, order], "b")).toEqual([order]);
});
