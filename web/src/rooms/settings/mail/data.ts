import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../../api/client";

export type MailAccount = Schemas["MailAccount"];

export const MAIL = ["mail"];

/** The mail server; null: there is none yet. */
export const useMailAccount = () =>
  useQuery({
    queryKey: MAIL,
    queryFn: async () => (await data(api.GET("/api/v1/mail"))) ?? null,
    refetchOnWindowFocus: false,
  });
