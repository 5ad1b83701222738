import { EmptyState } from "@/components/states";

export function RiskPage() {
  return <EmptyState title="Risk">This page is being built.</EmptyState>;
}
