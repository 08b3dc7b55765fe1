/** What the pages of hosts ask for, beside what all pages do. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, answerPage, api } from "@/api/client";
import { allPages } from "@/api/queries";
import type { components } from "@/api/schema";

export type Command = components["schemas"]["Command"];
export type Disk = components["schemas"]["Disk"];
export type DeviceBrief = components["schemas"]["DeviceBrief"];
export type ListedToken = components["schemas"]["ListedToken"];
export type NewToken = components["schemas"]["Token"];
export type TokenRequest = components["schemas"]["TokenRequest"];

const STATES_EVERY_MS = 5_000;
const TOKENS_EVERY_MS = 10_000;

/** One host. */
export const hostQuery = (host: string) =>
  queryOptions({
    queryKey: ["hosts", host],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/hosts/{host}", { params: { path: { host } }, signal })),
    refetchInterval: STATES_EVERY_MS,
  });

/** The devices of one host, those that it does not have any more among them. */
export const devicesOfHostQuery = (host: string) =>
  queryOptions({
    queryKey: ["devices", "of", host],
    queryFn: ({ signal }) =>
      allPages((page, page_size) =>
        answerPage(api.GET("/api/v1/devices", { params: { query: { host, page, page_size } }, signal })),
      ),
    refetchInterval: STATES_EVERY_MS,
  });

/** The newest `size` commands that waited for the host or still do. */
export const commandsQuery = (host: string, size: number) =>
  queryOptions({
    queryKey: ["hosts", host, "commands", size],
    queryFn: ({ signal }) =>
      answerPage(
        api.GET("/api/v1/hosts/{host}/commands", {
          params: { path: { host }, query: { page_size: size } },
          signal,
        }),
      ),
    refetchInterval: STATES_EVERY_MS,
    placeholderData: keepPreviousData,
  });

/** All enrolment tokens, used ones too. For those who may enrol. */
export const tokensQuery = queryOptions({
  queryKey: ["enrolment-tokens"],
  queryFn: ({ signal }) =>
    allPages((page, page_size) =>
      answerPage(
        api.GET("/api/v1/hosts/enrolment-tokens", { params: { query: { page, page_size } }, signal }),
      ),
    ),
  refetchInterval: TOKENS_EVERY_MS,
});
