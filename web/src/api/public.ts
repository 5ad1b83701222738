// Whether this arena is shown to the public: then nobody may change anything, and what would help to play against it
// is not served.
import { useQuery } from "@tanstack/react-query";
import { stateQuery } from "./queries";

/** False until it is known. */
export function usePublic(): boolean {
  return useQuery({ ...stateQuery(), select: (state) => state.public }).data ?? false;
}
