import { Link } from "@tanstack/react-router";
import { EmptyState } from "@/components/states";

export function NotFoundPage() {
  return (
    <EmptyState title="There is no such page">
      <Link to="/" className="button">
        To the arena
      </Link>
    </EmptyState>
  );
}
