// Signed noise for things that flow (gas, cloth, liquid, curtains of light) and the circle that closes a loop. Needs _noise.

// A point that walks once round a circle of radius 1 while the loop runs; add a small multiple of it to any noise.
vec2 loop_drift(float start) { return vec2(cos(TAU * u_phase + start), sin(TAU * u_phase + start)); }

// 0..1, the k-th of an evenly spread row of numbers: far cheaper than seeded() in a loop. start comes from seeded().
float dealt(float start, float k) { return fract(start + 0.7548777 * k); }

vec2 flow_slope(uint h) {
  h = (h ^ (h >> 15u)) * 0x85EBCA6Bu;
  h ^= h >> 13u;
  return vec2(h & 65535u, h >> 16u) * (2.0 / 65535.0) - 1.0;
}

// About -0.7..0.7, smooth enough for reliefs; without trigonometry, so half as dear as gradient_noise.
float flow_noise(vec2 p) {
  vec2 cell = floor(p);
  vec2 f = p - cell;
  vec2 w = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
  uint x = uint(int(cell.x)) * KX;
  uint y = uint(int(cell.y)) * KY;
  float a = dot(flow_slope(x ^ y), f);
  float b = dot(flow_slope((x + KX) ^ y), f - vec2(1.0, 0.0));
  float c = dot(flow_slope(x ^ (y + KY)), f - vec2(0.0, 1.0));
  float d = dot(flow_slope((x + KX) ^ (y + KY)), f - 1.0);
  return mix(mix(a, b, w.x), mix(c, d, w.x), w.y);
}

// About -0.6..0.6; keep is how much of its weight each octave hands on.
float flow_fbm(vec2 p, int octaves, float keep) {
  float sum = 0.0;
  float weight = 0.5;
  for (int i = 0; i < 8; i++) {
    if (i >= octaves) break;
    sum += weight * flow_noise(p);
    p = 2.03 * (TURN * p) + 7.3;
    weight *= keep;
  }
  return sum;
}

// 0..1: bright threads where the noise crosses zero, finer threads only along coarser ones.
float flow_threads(vec2 p, int octaves) {
  float sum = 0.0;
  float weight = 0.5;
  float prior = 1.0;
  for (int i = 0; i < 7; i++) {
    if (i >= octaves) break;
    float ridge = 1.0 - abs(1.7 * flow_noise(p));
    ridge *= ridge;
    sum += ridge * weight * prior;
    prior = clamp(1.3 * ridge, 0.0, 1.0);
    p = 2.11 * (TURN * p) + 3.1;
    weight *= 0.5;
  }
  return sum;
}
