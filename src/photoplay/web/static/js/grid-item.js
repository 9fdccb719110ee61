// What the grid keeps of an asset or of a generation: only what a tile shows, so that thousands fit in memory.

import { isOfWork } from "./library-query.js";

const AUDIO_ASPECT = 1.7;
const FALLBACK_ASPECT = 1.5;
const WORDS_ASPECT = 1.7; // where words stand in the place of a picture, so that they fit

export function itemOf(asset) {
  return {
    id: asset.id,
    kind: asset.kind,
    aspect: aspectOf(asset),
    title: asset.title || asset.prompt || `Untitled ${asset.kind}`,
    prompt: asset.prompt ?? "",
    model: asset.model,
    campaign: asset.campaign,
    modelName: asset.model_name,
    hash: asset.thumbhash,
    rating: asset.rating,
    seconds: asset.duration_seconds,
    at: Date.parse(asset.created_at),
    files: asset.files ?? {},
    generationId: asset.generation_id,
  };
}

function aspectOf(asset) {
  if (asset.kind === "audio") return AUDIO_ASPECT;
  return asset.width && asset.height ? asset.width / asset.height : FALLBACK_ASPECT;
}

export function pinOf(generation) {
  return {
    id: generation.id,
    kind: "work",
    of: generation.kind,
    aspect: aspectOfWork(generation),
    title: generation.prompt || generation.operation,
    prompt: generation.prompt ?? "",
    model: generation.model,
    campaign: generation.campaign_id,
    at: Date.parse(generation.created_at),
    generation,
  };
}

function aspectOfWork({ kind, status, aspect }) {
  if (kind === "audio") return AUDIO_ASPECT;
  const own = aspect || FALLBACK_ASPECT;
  return status === "failed" || status === "uncertain" ? Math.max(own, WORDS_ASPECT) : own;
}

// Whether a new arrival belongs to what the filters show. Words are looked for as the server would find most of them.
export function belongs(item, filters, span) {
  const [from, to] = span;
  const kind = item.kind === "work" ? item.of : item.kind;
  if (filters.kind && filters.kind !== kind) return false;
  if (filters.model && filters.model !== item.model) return false;
  if (!isOfWork(filters, item.campaign)) return false;
  if ((from && item.at < from) || (to && item.at >= to)) return false;
  const text = `${item.title} ${item.prompt}`.toLowerCase();
  return filters.q.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

export function picture(item, width, height) {
  const { thumb, card, poster, original } = item.files;
  const wanted = Math.max(width, height) * Math.min(devicePixelRatio || 1, 2);
  if (wanted <= 280 && thumb) return thumb;
  return card ?? poster ?? thumb ?? (item.kind === "image" ? original : "") ?? "";
}

export function clock(seconds) {
  const whole = Math.round(seconds ?? 0);
  const minutes = Math.floor(whole / 60);
  const two = (number) => String(number).padStart(2, "0");
  return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

export const grouped = (number) => number.toLocaleString("en-US");
