import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useComplaint } from "../../parts/complaint";

interface Told<Answer, Wish> {
  /** What is read anew afterwards. */
  keys: QueryKey[];
  /** Said when it went well; nothing: nothing is said. */
  said?: string;
  onSuccess?: (answer: Answer, wish: Wish) => void;
}

/** Change something on the server: what shows it is read anew, and whatever went wrong is said. */
export function useChange<Wish, Answer>(
  change: (wish: Wish) => Promise<Answer>,
  { keys, said, onSuccess }: Told<Answer, Wish>,
) {
  const { message } = App.useApp();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (answer, wish) => {
      await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
      if (said) void message.success(said);
      onSuccess?.(answer, wish);
    },
    onError: useComplaint(),
  });
}
