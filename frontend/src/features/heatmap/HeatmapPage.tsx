import { PageHeading } from "@/components/PageHeading";

export default function HeatmapPage() {
  return <PageHeading title="Heatmap" />;
}
