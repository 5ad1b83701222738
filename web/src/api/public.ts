// Whether this arena is shown to the public: then nobody may change anything, and what would help to play against it
// is not served.
import { useQuery } from "@tanstack/react-query";
import { stateQuery } from "./queries";

/** False until it is known. */
export function usePublic(): boolean {
  return useQuery({ ...stateQuery(), select: (state) => state.public }).data ?? false;
}

/** Whether what is the operator's own may be asked for: false until it is known, so that nothing is asked in vain. */
export function useOwn(): boolean {
  return useQuery({ ...stateQuery(), select: (state) => !state.public }).data ?? false;
}
