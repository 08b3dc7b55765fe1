import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { answerPage, api } from "@/api/client";
import { notify } from "@/components/notify";
import { problemOf } from "@/lib/problem";
import { exportPath, type Wanted } from "./listed";

/** Downloads what is listed, all of it. The browser writes it to a file as it comes, however long it is. */
export function ExportMenu({ wanted, className }: { wanted: Wanted; className: string | undefined }) {
  const download = useMutation({
    mutationFn: async (format: "csv" | "json") => {
      // Renews a login that has run out, and meets what would go wrong, where it can be said.
      await answerPage(api.GET("/api/v1/audit", { params: { query: { ...wanted, page_size: 1 } } }));
      const link = document.createElement("a");
      link.href = exportPath(wanted, format);
      link.download = "";
      link.click();
    },
    onError: (error) =>
      notify({ title: "The log was not exported", message: problemOf(error), kind: "problem" }),
  });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button
          {...(className !== undefined && { className })}
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          loading={download.isPending}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>What is listed, all pages of it</Menu.Label>
        <Menu.Item onClick={() => download.mutate("csv")}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => download.mutate("json")}>JSON, for programs</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
