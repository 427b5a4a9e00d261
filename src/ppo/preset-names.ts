/** Sizes of model that the page can load, the smallest first. */
export const presetNames = ['tiny', 'small'] as const;
export type PresetName = (typeof presetNames)[number];
