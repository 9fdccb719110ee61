// Randomness that is the same on every machine (integer hashes, PCG family: Jarzynski and Olano 2020) and the noises made of it.

const uint KX = 0x9E3779B1u;
const uint KY = 0x85EBCA77u;
const uint KZ = 0xC2B2AE3Du;
const mat2 TURN = mat2(0.8, 0.6, -0.6, 0.8);

float unit_float(uint h) { return uintBitsToFloat((h >> 9u) | 0x3F800000u) - 1.0; }

// Fast: enough for noise lattices.
float lattice(uint h) {
  h ^= h >> 15u;
  h *= 0x2C1B3C6Du;
  h ^= h >> 13u;
  h *= 0x297A2D39u;
  return unit_float(h);
}

uint scrambled(uint v) {
  uint state = v * 747796405u + 2891336453u;
  uint word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

float rand1(float n) { return unit_float(scrambled(uint(int(floor(n))))); }
float rand1(vec2 cell) {
  ivec2 i = ivec2(floor(cell));
  return unit_float(scrambled(uint(i.x) + scrambled(uint(i.y))));
}
vec2 rand2(vec2 cell) {
  ivec2 i = ivec2(floor(cell));
  uint h = scrambled(uint(i.x) + scrambled(uint(i.y)));
  return vec2(unit_float(h), unit_float(scrambled(h)));
}
vec3 rand3(vec2 cell) {
  ivec2 i = ivec2(floor(cell));
  uint h = scrambled(uint(i.x) + scrambled(uint(i.y)));
  uint k = scrambled(h);
  return vec3(unit_float(h), unit_float(k), unit_float(scrambled(k)));
}

// 0..1, another number for each seed and each use (salt).
float seeded(float salt) { return unit_float(scrambled(uint(int(u_seed)) * 4099u + uint(int(salt)))); }
// An offset into any noise: another seed looks at another place.
vec2 seeded_place(float salt) { return 97.0 * vec2(seeded(salt), seeded(salt + 1.0)) + 3.0; }

// 0..1
float value_noise(vec2 p) {
  vec2 cell = floor(p);
  vec2 f = p - cell;
  vec2 w = f * f * (3.0 - 2.0 * f);
  uint x = uint(int(cell.x)) * KX;
  uint y = uint(int(cell.y)) * KY;
  float a = lattice(x ^ y);
  float b = lattice((x + KX) ^ y);
  float c = lattice(x ^ (y + KY));
  float d = lattice((x + KX) ^ (y + KY));
  return mix(mix(a, b, w.x), mix(c, d, w.x), w.y);
}

// x: value 0..1, yz: its slope.
vec3 value_noise_slope(vec2 p) {
  vec2 cell = floor(p);
  vec2 f = p - cell;
  vec2 w = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
  vec2 dw = 30.0 * f * f * (f * (f - 2.0) + 1.0);
  uint x = uint(int(cell.x)) * KX;
  uint y = uint(int(cell.y)) * KY;
  float a = lattice(x ^ y);
  float b = lattice((x + KX) ^ y);
  float c = lattice(x ^ (y + KY));
  float d = lattice((x + KX) ^ (y + KY));
  float k = a - b - c + d;
  return vec3(a + (b - a) * w.x + (c - a) * w.y + k * w.x * w.y, dw * (vec2(b - a, c - a) + k * w.yx));
}

// 0..1
float value_noise(vec3 p) {
  vec3 cell = floor(p);
  vec3 f = p - cell;
  vec3 w = f * f * (3.0 - 2.0 * f);
  uint x = uint(int(cell.x)) * KX;
  uint y = uint(int(cell.y)) * KY;
  uint z = uint(int(cell.z)) * KZ;
  uint near = z;
  uint far = z + KZ;
  float a = mix(mix(lattice(x ^ y ^ near), lattice((x + KX) ^ y ^ near), w.x),
                mix(lattice(x ^ (y + KY) ^ near), lattice((x + KX) ^ (y + KY) ^ near), w.x), w.y);
  float b = mix(mix(lattice(x ^ y ^ far), lattice((x + KX) ^ y ^ far), w.x),
                mix(lattice(x ^ (y + KY) ^ far), lattice((x + KX) ^ (y + KY) ^ far), w.x), w.y);
  return mix(a, b, w.z);
}

vec2 lattice_slope(uint h) {
  float a = TAU * lattice(h);
  return vec2(cos(a), sin(a));
}

// About -0.7..0.7, no blobs on the lattice; twice as dear as value noise.
float gradient_noise(vec2 p) {
  vec2 cell = floor(p);
  vec2 f = p - cell;
  vec2 w = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
  uint x = uint(int(cell.x)) * KX;
  uint y = uint(int(cell.y)) * KY;
  float a = dot(lattice_slope(x ^ y), f);
  float b = dot(lattice_slope((x + KX) ^ y), f - vec2(1.0, 0.0));
  float c = dot(lattice_slope(x ^ (y + KY)), f - vec2(0.0, 1.0));
  float d = dot(lattice_slope((x + KX) ^ (y + KY)), f - 1.0);
  return mix(mix(a, b, w.x), mix(c, d, w.x), w.y);
}

// 0..1, up to 8 octaves, each turned against the last so that no lattice shows.
float fbm(vec2 p, int octaves) {
  float sum = 0.0;
  float size = 0.5;
  for (int i = 0; i < 8; i++) {
    if (i >= octaves) break;
    sum += size * value_noise(p);
    p = 2.03 * (TURN * p) + 17.3;
    size *= 0.5;
  }
  return sum / (1.0 - 2.0 * size);
}

// 0..1. Each octave runs its own small circle in a loop: the pattern lives and ends where it began. radius in cells of the first octave.
float looped_fbm(vec2 p, int octaves, float radius) {
  float sum = 0.0;
  float size = 0.5;
  float turn = TAU * u_phase;
  for (int i = 0; i < 8; i++) {
    if (i >= octaves) break;
    sum += size * value_noise(p + radius * vec2(cos(turn), sin(turn)));
    p = 2.03 * (TURN * p) + 17.3;
    size *= 0.5;
    turn += 2.4;
    radius *= 1.25;
  }
  return sum / (1.0 - 2.0 * size);
}

// 0..1. The pattern drifts by `travel` in a loop, by fading from one place into another: dearer, but it has a direction.
float drifting_fbm(vec2 p, vec2 travel, int octaves) {
  float fade = u_phase * u_phase * (3.0 - 2.0 * u_phase);
  float here = fbm(p - travel * u_phase, octaves) - 0.5;
  float there = fbm(p - travel * (u_phase - 1.0), octaves) - 0.5;
  float level = inversesqrt(fade * fade + (1.0 - fade) * (1.0 - fade));
  return 0.5 + mix(here, there, fade) * mix(1.0, level, 0.8);
}

vec3 star_layer(vec2 p, float chance, float pixel) {
  vec2 cell = floor(p);
  vec3 r = rand3(cell + seeded_place(71.0));
  vec2 s = rand2(cell + 311.0);
  if (s.x > chance) return vec3(0.0);
  float away = length(p - cell - 0.2 - 0.6 * r.xy);
  float reach = max(0.010, 0.75 * pixel) * (0.75 + 0.7 * pow(r.z, 9.0));
  float core = max(1.0 - away / (2.0 * reach), 0.0);
  float twinkle = 0.78 + 0.22 * sin(TAU * (u_phase * floor(1.0 + 4.0 * s.y) + r.x));
  float bright = 0.06 + 2.2 * pow(r.z, 9.0);
  return core * core * bright * twinkle * mix(vec3(1.0, 0.82, 0.66), vec3(0.72, 0.84, 1.0), r.y);
}

// Stars over a plane; pixel is a pixel's width in units of p. Three sizes of sky so that no grid shows.
vec3 star_field(vec2 p, float pixel) {
  return star_layer(p * 7.0, 0.55, pixel * 7.0) + 0.7 * star_layer(TURN * p * 19.0 + 5.3, 0.60, pixel * 19.0)
       + 0.6 * star_layer(TURN * TURN * p * 43.0 + 9.7, 0.65, pixel * 43.0);
}
