import { EmptyState } from "@/components/states";

export function SystemPage() {
  return <EmptyState title="System">This page is being built.</EmptyState>;
}
