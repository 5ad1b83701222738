import { EmptyState } from "@/components/states";

export function ModelsPage() {
  return <EmptyState title="Models">This page is being built.</EmptyState>;
}
