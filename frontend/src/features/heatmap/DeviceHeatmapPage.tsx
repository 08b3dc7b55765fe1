import { PageHeading } from "@/components/PageHeading";

export default function DeviceHeatmapPage() {
  return <PageHeading title="Heatmap" />;
}
