import { Route, Routes } from "react-router";
import { may, usePerson } from "../../../app/session";
import { KindChoice } from "./KindChoice";
import { EditTarget, NewTarget } from "./TargetForm";
import { TargetList } from "./TargetList";
import { TargetPage } from "./TargetPage";

/** Who is told of alarms: set up by administrators; operators see how it goes, and send again. */
export default function PushesPage() {
  const administrator = may(usePerson().role, "administrator");
  return (
    <Routes>
      <Route index element={<TargetList />} />
      {administrator && <Route path="new" element={<KindChoice />} />}
      {administrator && <Route path="new/:kind" element={<NewTarget />} />}
      {administrator && <Route path=":id/edit" element={<EditTarget />} />}
      <Route path=":id" element={<TargetPage />} />
    </Routes>
  );
}
