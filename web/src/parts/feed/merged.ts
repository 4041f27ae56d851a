interface Placed {
  id: string;
  began_at: string;
  change: number;
}

/** Put alarms that came or changed into a list, newest first; an older word about one that is known changes nothing. */
export function merged<T extends Placed>(kept: T[], came: T[], most: number): T[] {
  const known = new Map(kept.map((alarm) => [alarm.id, alarm]));
  for (const alarm of came) {
    const before = known.get(alarm.id);
    if (!before || before.change <= alarm.change) known.set(alarm.id, alarm);
  }
  return [...known.values()].sort((one, other) => Date.parse(other.began_at) - Date.parse(one.began_at)).slice(0, most);
}
