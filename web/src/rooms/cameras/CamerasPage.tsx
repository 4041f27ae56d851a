import { Route, Routes } from "react-router";
import { AddPage } from "./AddPage";
import { CameraPage } from "./CameraPage";
import { EditPage } from "./EditPage";
import { ImportPage } from "./ImportPage";
import { ListPage } from "./ListPage";

export function Component() {
  return (
    <Routes>
      <Route index element={<ListPage />} />
      <Route path="new" element={<AddPage />} />
      <Route path="import" element={<ImportPage />} />
      <Route path=":id" element={<CameraPage />} />
      <Route path=":id/edit" element={<EditPage />} />
    </Routes>
  );
}
