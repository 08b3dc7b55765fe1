import { Button, Textarea } from "@mantine/core";
import { IconFileImport, IconFileText } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";
import { count } from "@/lib/format";
import { saveAs } from "@/lib/saveAs";
import classes from "./FileDrop.module.css";
import { formatOf, type ImportFile, TEMPLATE } from "./importFile";

/** Takes a file of cameras: dropped, chosen, or pasted as text. */
export function FileDrop({
  file,
  onFile,
}: {
  file: ImportFile | null;
  onFile: (file: ImportFile | null) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const [pasted, setPasted] = useState("");
  const take = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    onFile({ name: chosen.name, format: formatOf(chosen.name, bytes), bytes });
  };
  const takeText = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    onFile({ name: "What you pasted", format: formatOf("", bytes), bytes });
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is dropped here can be chosen by the button */}
      <div
        className={classes.drop}
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={onDrop}
      >
        <IconFileImport size={28} stroke={1.5} aria-hidden />
        {file === null ? (
          <p>Drop a CSV or JSON file here, at most 10,000 cameras.</p>
        ) : (
          <p>
            <strong>{file.name}</strong>, {count(Math.ceil(file.bytes.length / 1000), "kB", "kB")} of{" "}
            {file.format.toUpperCase()}
          </p>
        )}
        <div className={classes.ways}>
          <Button size="xs" onClick={() => input.current?.click()}>
            {file === null ? "Choose a file" : "Choose another file"}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFileText size={14} stroke={1.75} aria-hidden />}
            onClick={() => saveAs(new Blob([TEMPLATE], { type: "text/csv" }), "cameras-template.csv")}
          >
            Download a template
          </Button>
        </div>
        <input
          ref={input}
          type="file"
          hidden
          accept=".csv,.tsv,.txt,.json,text/csv,application/json"
          aria-label="File of cameras"
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            // The same file again, after it was mended, is a change too.
            event.currentTarget.value = "";
          }}
        />
      </div>
      <details className={classes.paste}>
        <summary>Or paste the rows</summary>
        <Textarea
          aria-label="Rows of cameras, CSV or JSON"
          placeholder={"name,rtsp_url\nFront door,rtsp://192.168.1.100:554/stream"}
          autoComplete="off"
          spellCheck={false}
          rows={6}
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
        />
        <Button
          mt="xs"
          size="xs"
          variant="default"
          disabled={pasted.trim() === ""}
          onClick={() => takeText(pasted)}
        >
          Look at the rows
        </Button>
      </details>
    </>
  );
}
