import { UnknownValueError } from "@pulumi/policy";

/** Represents a value that is known only after a resource has been created. */
const unknown = Symbol("unknown");

/**
 * A place in the inputs of a resource. Its methods do not throw: an absent value, or a value of another type than requested, reads as
 * undefined. A value that is not known yet also reads as undefined, and its path is recorded so that it does not count as absent.
 */
export class Place {
  /** Members that were read before: rules read the same ones, and reading an unknown value through the SDK's proxy is slow. */
  private read?: Map<string | number, Place>;
  private parsed?: Place;
  private direct?: readonly Place[];
  private deepest?: readonly Place[];

  private constructor(
    private readonly value: unknown,
    /** For example `inlinePolicies[0].policy`; empty for the inputs themselves. */
    readonly path: string,
    private readonly note: (path: string) => void,
    /** Called only for top-level inputs of a resource. */
    private readonly isLeftOut?: (input: string) => boolean,
  ) {}

  /**
   * The inputs as the SDK passes them. `note` receives the path of each value that was requested and is not known yet. An output that the
   * program did not set as an input is absent while it is not known.
   */
  static of(
    inputs: object,
    note: (path: string) => void,
    isLeftOut?: (input: string) => boolean,
  ): Place {
    return new Place(inputs, "", note, isLeftOut);
  }

  at(...keys: (string | number)[]): Place {
    return keys.reduce<Place>((place, key) => {
      // The members of an unknown value are also unknown and have no path yet.
      if (place.isUnknown) return place;
      const known = place.read?.get(key);
      if (known) return known;
      const value = property(place.value, key);
      const isAbsent = value === unknown && place.isLeftOut?.(String(key));
      const member = new Place(isAbsent ? undefined : value, join(place.path, key), this.note);
      (place.read ??= new Map()).set(key, member);
      return member;
    }, this);
  }

  /** The input of the resource that contains the place. The engine records dependencies by input. */
  get input(): string {
    return this.path.replace(/[.[].*/, "");
  }

  /** True if a value is present, known or not. */
  get given(): boolean {
    return this.value !== undefined && this.value !== null && this.value !== "";
  }

  /** True if a value is present but not known yet. This check does not request the value, so the path is not recorded. */
  get isUnknown(): boolean {
    return this.value === unknown;
  }

  /** True if the value is known, even if it is absent. Callers decide by the value, so the path of an unknown value is recorded. */
  isKnown(): boolean {
    this.wanted();
    return !this.isUnknown;
  }

  text(): string | undefined {
    const value = this.wanted();
    return typeof value === "string" ? value : undefined;
  }

  number(): number | undefined {
    const value = this.wanted();
    return typeof value === "number" ? value : undefined;
  }

  flag(): boolean | undefined {
    const value = this.wanted();
    return typeof value === "boolean" ? value : undefined;
  }

  /** The items of a list. A single object counts as a list of one item, because Pulumi flattens lists that hold at most one item. */
  items(): Place[] {
    const value = this.wanted();
    // Does not use `map`, which would read each value through the proxy of the SDK.
    if (Array.isArray(value))
      return Array.from({ length: value.length }, (_, index) => this.at(index));
    return typeof value === "object" && value !== null ? [this] : [];
  }

  /** The strings of a list, or the single string. */
  texts(): string[] {
    if (typeof this.value === "string") return [this.value];
    return this.items().flatMap((item) => item.text() ?? []);
  }

  /** The names of the members of an object. */
  keys(): string[] {
    const value = this.wanted();
    return typeof value === "object" && value !== null ? Object.keys(value) : [];
  }

  /** The direct members of a list or object. This does not request a value, so no path is recorded. */
  members(): readonly Place[] {
    return (this.direct ??= this.readMembers());
  }

  /** The place itself if it has no members, or else all nested places without members. This does not request a value. */
  leaves(): readonly Place[] {
    return (this.deepest ??=
      this.members().length === 0 ? [this] : this.members().flatMap((member) => member.leaves()));
  }

  private readMembers(): readonly Place[] {
    const { value } = this;
    if (typeof value !== "object" || value === null) return none;
    return Object.keys(value).map((key) => this.at(Array.isArray(value) ? Number(key) : key));
  }

  /** The string, if it is known. This does not request the value, so no path is recorded. */
  peek(): string | undefined {
    return typeof this.value === "string" ? this.value : undefined;
  }

  /** The whole value as plain data; undefined if any part of it is not known yet. */
  whole(): unknown {
    const value = this.wanted();
    if (typeof value !== "object" || value === null) return value;
    const parts = Object.keys(value).map((key) => {
      const place = this.at(Array.isArray(value) ? Number(key) : key);
      return [key, place.whole(), place.given] as const;
    });
    if (parts.some(([, part, given]) => given && part === undefined)) return undefined;
    return Array.isArray(value)
      ? parts.map(([, part]) => part)
      : Object.fromEntries(parts.map(([key, part]) => [key, part]));
  }

  /** The whole value as plain data, without the parts that are not known yet. This does not request a value, so no path is recorded. */
  knownPart(): unknown {
    const { value } = this;
    if (typeof value !== "object" || value === null) return this.isUnknown ? undefined : value;
    const parts = this.members().map((place) => place.knownPart());
    if (Array.isArray(value)) return parts;
    return Object.fromEntries(Object.keys(value).map((key, index) => [key, parts[index]]));
  }

  /** The JSON value, from a string or an object; undefined if the string is not JSON. */
  json(): Place {
    if (typeof this.value !== "string") return this;
    return (this.parsed ??= new Place(parsed(this.value), this.path, this.note));
  }

  private wanted(): unknown {
    if (this.value !== unknown) return this.value;
    this.note(this.path);
    return undefined;
  }
}

const none: readonly Place[] = [];

/** The proxy of the SDK throws on access to a value that is not known yet. */
function property(holder: unknown, key: string | number): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key))
    return undefined;
  try {
    return (holder as Record<string | number, unknown>)[key];
  } catch (error) {
    if (error instanceof UnknownValueError) return unknown;
    throw error;
  }
}

function join(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON.
  }
  return undefined;
}
