/** The same keys, other words: what the compiler holds a translation to. */
export type Texts<T> = { [Key in keyof T]: T[Key] extends string ? string : Texts<T[Key]> };
