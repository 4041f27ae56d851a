import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Flex, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../api/client";
import { groupPaths } from "../cameras/camera";
import { useGroups } from "../cameras/queries";
import { Failed } from "../Failed";

interface Props {
  id?: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
}

/** Choose a group of cameras, or make one. */
export function GroupSelect({ id, value, onChange }: Props) {
  const { t } = useTranslation();
  const groups = useGroups();
  const paths = groupPaths(groups.data ?? []);
  return (
    <Select
      id={id}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      value={value ?? undefined}
      loading={groups.isPending}
      placeholder={t("adding.noGroup")}
      options={[...paths].map(([value, label]) => ({ value, label }))}
      onChange={(chosen: string | undefined) => onChange?.(chosen ?? null)}
      popupRender={(menu) => (
        <>
          {menu}
          <NewGroup onMade={(made) => onChange?.(made)} />
        </>
      )}
    />
  );
}

function NewGroup({ onMade }: { onMade: (id: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () => data(api.POST("/api/v1/groups", { body: { name } })),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["groups"] });
      setName("");
      onMade(id);
    },
  });
  return (
    <>
      <Flex gap={8} style={{ padding: 8 }}>
        <Input
          value={name}
          maxLength={128}
          aria-label={t("adding.newGroup")}
          placeholder={t("adding.newGroup")}
          onChange={({ target }) => setName(target.value)}
          onKeyDown={(event) => event.stopPropagation()}
        />
        <Button disabled={!name.trim()} loading={make.isPending} onClick={() => make.mutate()}>
          {t("adding.makeGroup")}
        </Button>
      </Flex>
      {make.isError && <Failed of={{ error: make.error }} />}
    </>
  );
}
