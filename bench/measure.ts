/** One figure of the bench beside its goal. */
export interface Measure {
  name: string;
  value: number;
  unit: string;
  /** In words, such as "≤ 10 LOG"; empty where there is none. */
  goal: string;
  /** Whether the goal holds; true where there is none. */
  holds: boolean;
}

export const atMost = (name: string, value: number, limit: number, unit: string): Measure => ({
  name,
  value,
  unit,
  goal: `≤ ${limit} ${unit}`,
  holds: value <= limit,
});

export const atLeast = (name: string, value: number, limit: number, unit: string): Measure => ({
  name,
  value,
  unit,
  goal: `≥ ${limit} ${unit}`,
  holds: value >= limit,
});

export const figure = (name: string, value: number, unit: string): Measure => ({
  name,
  value,
  unit,
  goal: '',
  holds: true,
});
