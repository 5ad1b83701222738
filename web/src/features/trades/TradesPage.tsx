import { EmptyState } from "@/components/states";

export function TradesPage() {
  return <EmptyState title="Trades">This page is being built.</EmptyState>;
}
