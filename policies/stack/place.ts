import { UnknownValueError } from "@pulumi/policy";

/** Stands for a value that is known only once something has been created. */
const unknown = Symbol("unknown");

/**
 * A place in a resource's inputs. Nothing that is done with one throws: what is not there reads as nothing, what has another type
 * than asked for too. What is not known yet also reads as nothing, and its path is noted, so that it is not taken for absent.
 */
export class Place {
  private constructor(
    private readonly value: unknown,
    /** Such as `inlinePolicies[0].policy`; empty for the inputs themselves. */
    readonly path: string,
    private readonly note: (path: string) => void,
    /** Only asked of what is directly in a resource. */
    private readonly isLeftOut: (input: string) => boolean = () => false,
  ) {}

  /**
   * The inputs as the SDK hands them over; `note` is called with the path of each value that was wanted and is not known yet. An
   * output that the program left out as an input is absent while it is not known.
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
      // What will be in there is as unknown as the whole, and has no path yet.
      if (place.isUnknown) return place;
      const value = property(place.value, key);
      const isAbsent = value === unknown && place.isLeftOut(String(key));
      return new Place(isAbsent ? undefined : value, join(place.path, key), this.note);
    }, this);
  }

  /** True if something is there, known or not yet. */
  get given(): boolean {
    return this.value !== undefined && this.value !== null && this.value !== "";
  }

  /** True if something will be there that is not known yet; asking is not wanting, so it is not noted. */
  get isUnknown(): boolean {
    return this.value === unknown;
  }

  /** True if what is here is known, even if it is nothing; for who decides by the value, so what is not known is noted. */
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

  /** The items of a list; a single object counts as a list of one, since Pulumi flattens lists that hold one at most. */
  items(): Place[] {
    const value = this.wanted();
    // Not by `map`, which would ask the SDK's proxy for each value.
    if (Array.isArray(value))
      return Array.from({ length: value.length }, (_, index) => this.at(index));
    return typeof value === "object" && value !== null ? [this] : [];
  }

  /** The texts of a list, or the one text that is there. */
  texts(): string[] {
    if (typeof this.value === "string") return [this.value];
    return this.items().flatMap((item) => item.text() ?? []);
  }

  /** The names of an object's members. */
  keys(): string[] {
    const value = this.wanted();
    return typeof value === "object" && value !== null ? Object.keys(value) : [];
  }

  /** What is directly inside, of a list or an object; nothing that is wanted, so nothing is noted. */
  members(): Place[] {
    const { value } = this;
    if (typeof value !== "object" || value === null) return [];
    return Object.keys(value).map((key) => this.at(Array.isArray(value) ? Number(key) : key));
  }

  /** A text if there is a known one; not wanting it, so nothing is noted. */
  peek(): string | undefined {
    return typeof this.value === "string" ? this.value : undefined;
  }

  /** The whole value as plain data; nothing if any part of it is not known yet. */
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

  /** JSON, as text or already as an object; nothing if it is not JSON. */
  json(): Place {
    if (typeof this.value !== "string") return this;
    return new Place(parsed(this.value), this.path, this.note);
  }

  private wanted(): unknown {
    if (this.value !== unknown) return this.value;
    this.note(this.path);
    return undefined;
  }
}

/** The SDK's own proxy throws when it is asked for a value that is not known yet. */
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
    return undefined;
  }
}
