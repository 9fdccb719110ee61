// The alpine ground that mountains and lake share: a ray-marched height field that its own slope wears down (technique: I. Quilez's
// articles), its surface, light and mist. Needs _noise and _sky. Set g_place, g_bend and, for a lake, g_lake before use. Kilometres.

const float TOP = 3.15;
const float REACH = 46.0;

vec2 g_place;   // set once a pixel: where in the noise this seed stands
float g_bend;   // how the valley runs
vec3 g_lake;    // xy: half width and half length of a lake before the viewer, z: 1 where there is one; its water lies at height 0

// Kilometres above the valley floor.
float ground(vec2 p, int octaves) {
  vec2 q = p * 0.30 + g_place;
  float size = 1.0;
  float sum = 0.0;
  vec2 worn = vec2(0.0);
  for (int i = 0; i < 10; i++) {
    if (i >= octaves) break;
    vec3 n = value_noise_slope(q);
    worn += n.yz * 0.92;
    sum += size * n.x / (1.0 + dot(worn, worn));
    size *= 0.5;
    q = 2.0 * (TURN * q) + 7.7;
  }
  float high = max(sum - 0.95, 0.0);
  sum = min(sum, 0.95) + high / (1.0 + 1.4 * high); // keeps every summit below TOP, which would cut it flat
  if (g_lake.z > 0.5) {
    float shore = length((p - vec2(0.0, 0.72 * g_lake.y)) / g_lake.xy) + 0.42 * (sum - 0.6);
    float away = smoothstep(0.9, 2.9, shore);
    float trees = octaves > 5 ? 0.022 * value_noise(p * 75.0) * smoothstep(1.0, 1.1, shore) * (1.0 - away) : 0.0;
    float land = 0.03 + (2.2 * sum - 0.25) * (0.16 + 0.84 * away);
    return mix(-0.50, land, 1.0 - pow(1.0 - smoothstep(0.55, 1.75, shore), 3.0)) + trees;
  }
  float open = smoothstep(0.2, 6.0, length(p * vec2(0.75, 1.0)));
  float valley = 1.0 - 0.55 * exp(-pow((p.x - g_bend * p.y) / 2.2, 2.0));
  return 2.35 * sum * mix(0.16, 1.0, open) * mix(valley, 1.0, smoothstep(12.0, 24.0, p.y)) - 0.10;
}

int detail_at(float t) { return t < 3.0 ? 6 : (t < 9.0 ? 5 : (t < 26.0 ? 4 : 3)); }

// Distance to the ground, or -1 where the ray meets none before the limit.
float reach_ground(vec3 eye, vec3 ray, float pixel, float limit) {
  float t = 0.25;
  float last = 0.25;
  float gap = 1.0;
  for (int i = 0; i < 96; i++) {
    vec3 p = eye + ray * t;
    if (p.y > TOP && ray.y > 0.0) return -1.0;
    gap = p.y - ground(p.xz, gap > 1.0 ? 3 : detail_at(t));
    if (gap < 0.0) {
      for (int k = 0; k < 9; k++) {
        float middle = 0.5 * (last + t);
        vec3 q = eye + ray * middle;
        if (q.y < ground(q.xz, detail_at(t))) t = middle;
        else last = middle;
      }
      return t;
    }
    if (gap < 0.5 * pixel * t) return t;
    last = t;
    t += max(0.47 * gap, 1.2 * pixel * t);
    if (t > limit) return -1.0;
  }
  return t;
}

vec3 normal_at(vec2 p, float eps) {
  int octaves = eps < 0.004 ? 10 : (eps < 0.012 ? 9 : (eps < 0.03 ? 8 : 7));
  float h = ground(p, octaves);
  return normalize(vec3(h - ground(p + vec2(eps, 0.0), octaves), eps, h - ground(p + vec2(0.0, eps), octaves)));
}

float sun_reaching(vec3 p, vec3 to_light) {
  float open = 1.0;
  float t = 0.06;
  for (int i = 0; i < 11; i++) {
    vec3 q = p + to_light * t;
    if (q.y > TOP) break;
    float gap = q.y - ground(q.xz, 4);
    open = min(open, 0.5 + 9.0 * gap / t);
    if (open < 0.02) break;
    t += clamp(0.8 * gap, 0.05 + 0.09 * t, 1.8);
  }
  return smoothstep(0.0, 1.0, open);
}

// The colour of the ground itself; x of cover: how much of it is snow.
vec3 surface(vec3 p, vec3 normal, float t, out float snowy) {
  float grain = fbm(p.xz * 5.0, 4);
  float fine = fbm(vec2(p.x * 7.0 + p.z * 5.0 + 2.0 * grain, p.y * 19.0 + 3.0 * grain), 3);
  float near = 1.0 / (1.0 + 0.16 * t * t);
  float speck = near > 0.02 ? value_noise(p.xz * 70.0) : 0.5;
  vec3 rock = mix(vec3(0.075, 0.072, 0.074), vec3(0.225, 0.200, 0.178), smoothstep(0.22, 0.80, 0.42 * fine + 0.58 * grain));
  rock = tinted(rock * (0.8 + 0.4 * speck), 0.25 + 0.35 * grain, 0.75);
  float slope = 1.0 - normal.y;
  vec3 meadow = tinted(mix(vec3(0.034, 0.044, 0.019), vec3(0.082, 0.076, 0.040), grain) * (0.75 + 0.5 * speck), 0.45, 0.75);
  vec3 wood = tinted(vec3(0.013, 0.022, 0.012) * (0.4 + 0.9 * fine + 0.9 * near * speck), 0.12, 0.75);
  float green_line = mix(1.05, 0.30, u_snow) + 0.6 * (grain - 0.5);
  float green = smoothstep(green_line + 0.20, green_line - 0.20, p.y) * smoothstep(0.60, 0.34, slope + 0.25 * (fine - 0.5));
  float trees = smoothstep(0.40, 0.52, grain * 0.7 + value_noise(p.xz * 2.1) * 0.3 + 0.10 * (0.5 - p.y) + 0.10 * (speck - 0.5));
  vec3 c = mix(rock, mix(meadow, wood, trees), green);
  float snow_line = mix(1.12, -0.5, smoothstep(0.0, 0.9, u_snow)) + 0.35 * seeded(9.0) + 0.9 * (grain - 0.5);
  snowy = smoothstep(snow_line - 0.10, snow_line + 0.35, p.y) * smoothstep(0.56 + 0.18 * u_snow, 0.30 + 0.2 * u_snow, slope + 0.20 * (fine - 0.5));
  snowy *= 1.0 - 0.75 * green * trees;
  return mix(c, tinted(vec3(0.70, 0.74, 0.80), 0.95, 0.65), snowy);
}

vec3 lit_ground(Sky s, vec3 eye, vec3 ray, float t, float pixel) {
  vec3 p = eye + ray * t;
  vec3 normal = normal_at(p.xz, max(0.0016, 0.9 * pixel * t));
  float snowy = 0.0;
  vec3 base = surface(p, normal, t, snowy);
  vec3 to_light = s.night > 0.5 ? lit_from_behind(s).to_light : s.to_light;
  float facing = max(dot(normal, to_light), 0.0);
  float reached = facing > 0.0 && to_light.y > 0.0 ? sun_reaching(p, to_light) : 0.0;
  float patches = 1.0 - 0.62 * smoothstep(0.05, 0.35, u_cloud) * smoothstep(0.42, 0.62, looped_fbm(p.xz * 0.16 + 3.0, 3, 0.25));
  float open_sky = 0.45 + 0.55 * normal.y;
  float hollow = clamp(0.55 + 0.28 * p.y, 0.4, 1.0) * (1.0 + 0.9 * s.night);
  vec3 bounce = max(dot(normal, normalize(vec3(-to_light.x, 0.25, -to_light.z))), 0.0) * s.light * 0.035;
  vec3 light = base * (s.light * facing * reached * patches + s.ambient * open_sky * hollow * mix(1.0, 1.25, snowy) + bounce);
  light += snowy * 0.20 * s.light * pow(max(dot(reflect(ray, normal), to_light), 0.0), 12.0) * reached;
  return light * mix(1.0, 0.7, u_rain);
}

// Mist lying in the valleys, thicker with haze; its upper edge lives.
float valley_mist(vec3 eye, vec3 ray, float t) {
  vec3 p = eye + ray * t;
  float level = 0.34 + 0.5 * u_haze + 0.3 * (looped_fbm(p.xz * 0.35 + 11.0, 4, 0.35) - 0.5);
  float thick = smoothstep(level + 0.16, level - 0.45, p.y);
  return thick * (1.0 - exp(-t * (0.02 + 0.20 * u_haze + 0.06 * seeded(15.0) * seeded(15.0)))) * (0.45 + 0.55 * u_haze);
}

