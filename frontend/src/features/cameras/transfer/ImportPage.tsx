import { Button, Checkbox, NativeSelect, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { groupsQuery } from "@/api/queries";
import { PageHeading } from "@/components/PageHeading";
import { Loading } from "@/components/PageState";
import { Section } from "@/components/Section";
import { renewCameras } from "@/features/cameras/cameraQueries";
import { problemOf } from "@/lib/problem";
import { FileDrop } from "./FileDrop";
import classes from "./ImportPage.module.css";
import { ImportResultView } from "./ImportResultView";
import { fileProblem, type ImportFile } from "./importFile";
import { hindrance, importLabel } from "./importWords";
import { type ImportOptions, importCameras } from "./transferQueries";

/** Many cameras at once from a file: looked at first, imported when somebody says so. */
export default function ImportPage() {
  const client = useQueryClient();
  const groups = useQuery(groupsQuery);
  const [file, setFile] = useState<ImportFile | null>(null);
  const [nth, setNth] = useState(0);
  const [options, setOptions] = useState<ImportOptions>({
    groupId: "",
    skipsDuplicates: true,
    isPartial: false,
  });
  const problem = file === null ? null : fileProblem(file);
  const preview = useQuery({
    // Not by its name: the same file is chosen again once it was mended.
    queryKey: ["camera-import", nth, options],
    queryFn: ({ signal }) => {
      if (file === null) throw new Error("there is no file");
      return importCameras(file, options, true, signal);
    },
    enabled: file !== null && problem === null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const importing = useMutation({
    mutationFn: (chosen: ImportFile) => importCameras(chosen, options, false),
    onSuccess: () => renewCameras(client),
  });
  const outcome = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What is asked for by a button further down is answered where it can be seen.
    if (importing.isSuccess) outcome.current?.scrollIntoView({ block: "nearest" });
  }, [importing.isSuccess]);
  const choose = (chosen: ImportFile | null) => {
    importing.reset();
    setFile(chosen);
    setNth((was) => was + 1);
  };
  const set = (changed: Partial<ImportOptions>) => {
    importing.reset();
    setOptions((was) => ({ ...was, ...changed }));
  };
  const hindered = preview.data === undefined ? null : hindrance(preview.data, options.isPartial);
  return (
    <>
      <PageHeading
        title="Import cameras"
        detail={
          <Link to="/cameras" className={classes.back}>
            All cameras
          </Link>
        }
      />
      <Section
        title="File"
        hint="Only a name and an address are needed; what an export wrote can be imported again."
      >
        <FileDrop file={file} onFile={choose} />
        {problem !== null && (
          <Text role="alert" c="var(--cf-act)" mt="sm">
            {problem}
          </Text>
        )}
      </Section>
      <Section title="How">
        <div className={classes.options}>
          <NativeSelect
            label="Group"
            description="Of rows that name none."
            value={options.groupId}
            onChange={(event) => set({ groupId: event.currentTarget.value })}
            data={[
              { value: "", label: "No group" },
              ...(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <Checkbox
            label="Skip cameras that are there already"
            description="With the same id or the same address. Otherwise they are errors."
            checked={options.skipsDuplicates}
            onChange={(event) => set({ skipsDuplicates: event.currentTarget.checked })}
          />
          <Checkbox
            label="Leave rows with errors out"
            description="Otherwise all of the file is imported, or nothing."
            checked={options.isPartial}
            onChange={(event) => set({ isPartial: event.currentTarget.checked })}
          />
        </div>
      </Section>
      {file !== null && problem === null && (
        <Section title={importing.isSuccess ? "What was imported" : "Preview: nothing is changed yet"}>
          <div ref={outcome}>
            {importing.isSuccess ? (
              <>
                <ImportResultView result={importing.data} />
                <div className={classes.ways}>
                  <Button component={Link} to="/cameras?sort=-createdAt" size="xs">
                    Show the imported cameras
                  </Button>
                  <Button size="xs" variant="default" onClick={() => choose(null)}>
                    Import another file
                  </Button>
                </div>
              </>
            ) : preview.isError ? (
              <Text role="alert" c="var(--cf-act)">
                {problemOf(preview.error)}
              </Text>
            ) : preview.data === undefined ? (
              <Loading what="the preview" />
            ) : (
              <>
                <ImportResultView result={preview.data} />
                <div className={classes.ways}>
                  <Button
                    size="xs"
                    disabled={hindered !== null}
                    loading={importing.isPending}
                    onClick={() => importing.mutate(file)}
                  >
                    {importLabel(preview.data)}
                  </Button>
                  <span className={classes.quiet} role="status">
                    {importing.isPending ? "Importing; ten thousand cameras take up to 10 s…" : hindered}
                  </span>
                </div>
                {importing.isError && (
                  <Text role="alert" c="var(--cf-act)" mt="sm">
                    {problemOf(importing.error)}
                  </Text>
                )}
              </>
            )}
          </div>
        </Section>
      )}
    </>
  );
}
