/** Every item of a list that comes in pages; for lists that a person has made, not for what machines write. */
export async function all<Item>(
  page: (after: string | undefined) => Promise<{ data?: { items: Item[]; next: string | null } }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < 40; pages++) {
    const { data } = await page(after);
    if (!data) break;
    items.push(...data.items);
    if (!data.next) break;
    after = data.next;
  }
  return items;
}
