import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, Navigate, RouterProvider } from "react-router";
import { Surroundings } from "./app/App";
import { Broken } from "./app/Broken";
import { Entrance } from "./app/Entrance";
import { Nowhere } from "./app/Nowhere";
import "./app/page.css";
import { language } from "./app/preferences";
import { rooms } from "./rooms";
import { speak } from "./words";

const errorElement = <Broken />;
const router = createBrowserRouter([
  {
    path: "/",
    element: <Entrance />,
    hydrateFallbackElement: <span />,
    children: [
      // Entrance shows these instead of the shell.
      ...["setup", "reset", "oidc"].map((path) => ({ path, element: null })),
      { index: true, element: <Navigate to="/live" replace /> },
      { path: "welcome", lazy: () => import("./rooms/welcome/WelcomePage"), errorElement },
      ...rooms.map((room) => ({ path: `${room.name}/*`, lazy: room.page, errorElement })),
      { path: "*", element: <Nowhere />, errorElement },
    ],
  },
]);

const root = document.getElementById("root");
if (root) {
  await speak(language());
  createRoot(root).render(
    <StrictMode>
      <Surroundings>
        <RouterProvider router={router} />
      </Surroundings>
    </StrictMode>,
  );
}
