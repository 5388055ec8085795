/** Counted up whenever the same history gets another forecast: models of another version are fitted anew. */
export const engineVersion = 1;
