//! include: _noise _sky _flow
// A wet window pane before a street out of focus: discs of light behind, drops that turn the view upside down in front.

// Discs of one size. y_spread says how far from the street line they stand; drive moves them along it in whole lots.
vec3 discs(vec2 p, float size, float share, float y_mid, float y_spread, float salt, float drive, float soft) {
  float lot = 2.15 * size;
  vec2 q = p / lot + vec2(drive * u_phase, 0.31 * salt);
  vec2 base = floor(q - 0.5);
  vec3 sum = vec3(0.0);
  for (int i = 0; i < 4; i++) {
    vec2 cell = base + vec2(float(i & 1), float(i >> 1));
    float x = drive == 0.0 ? cell.x : mod(cell.x + 8192.0, abs(drive)) + 50.0;
    vec3 r = rand3(vec2(x + 300.0, cell.y + 200.0 + 57.0 * salt) + floor(u_seed));
    vec2 at = cell + 0.22 + 0.56 * r.xy;
    float y = (at.y - 0.31 * salt) * lot - y_mid;
    float here = share * exp(-y * y / (y_spread * y_spread));
    if (r.z > here) continue;
    vec3 s = rand3(vec2(x + 700.0, cell.y + 100.0 + 31.0 * salt) + floor(u_seed));
    float radius = mix(0.62, 1.0, s.x);
    float d = length(q - at) * lot / (size * radius);
    if (d > 1.25) continue;
    float disc = smoothstep(1.0 + soft, 1.0 - soft, d) * (0.62 + 0.30 * smoothstep(0.45, 0.92, d) + 0.08 * s.z);
    float flicker = 1.0 + 0.14 * sin(TAU * (u_phase * floor(1.0 + 3.0 * s.x) + s.y));
    vec3 hue = s.y < 0.46 ? mix(vec3(1.0, 0.47, 0.13), vec3(1.0, 0.72, 0.38), s.z) : s.y < 0.66 ? mix(vec3(0.95, 0.10, 0.06), vec3(1.0, 0.22, 0.30), s.z)
             : s.y < 0.85 ? mix(vec3(0.85, 0.92, 1.0), vec3(0.35, 0.60, 1.0), s.z) : mix(vec3(0.08, 0.85, 0.62), vec3(0.62, 0.20, 0.95), s.z);
    vec3 brand = s.y < 0.5 ? u_color_b : u_color_c;
    hue = mix(hue, brand / max(max(brand.r, max(brand.g, brand.b)), 0.08), 0.85 * u_tint);
    sum += hue * disc * flicker * (0.22 + 1.6 * r.x * r.x * r.x);
  }
  return sum;
}

// The street behind the pane, already out of focus. soft: how fogged the glass is.
vec3 street(vec2 p, Sky sky, float soft) {
  float line = -0.22 + 0.16 * (seeded(11.0) - 0.5);
  float dusk = smoothstep(16.0, -4.0, sky.elevation);
  float gloom = max(0.55 * u_cloud, 0.8 * u_rain);
  vec3 above = sky_gradient(sky, normalize(vec3(p.x, max(0.5 * (p.y - line), 0.0) + 0.05, 1.4)));
  vec3 town = mix(vec3(0.42, 0.19, 0.08), vec3(0.24, 0.14, 0.30), seeded(12.0));
  town = mix(town, 0.45 * mix(u_color_b, u_color_c, 0.3), u_tint) * dusk;
  // Blurred blocks of houses: two rows of steps in soft noise.
  vec2 place = seeded_place(13.0);
  float blocks = 0.30 + 0.85 * smoothstep(0.25, 0.75, value_noise(vec2(1.6 * p.x, 0.0) + place)) + 0.25 * value_noise(vec2(5.0 * p.x, 3.0) + place);
  float lean = 1.0 - smoothstep(-0.16, 0.16, p.y - line - blocks);
  vec3 wall = tinted(mix(vec3(0.20, 0.19, 0.18), vec3(0.30, 0.20, 0.15), value_noise(vec2(1.1 * p.x, 9.0) + place)), 0.4, 0.6);
  vec3 houses = wall * (0.75 * sky.ambient + 0.16 * sky.light) + town * (0.05 + 0.20 * exp(-2.6 * max(p.y - line, 0.0)));
  vec3 light = mix(above + 0.14 * town, houses, lean);
  vec3 road = wall * 0.45 * sky.ambient + above * 0.22 + town * 0.20 * exp(-2.2 * max(line - p.y, 0.0));
  light = mix(light, road, 1.0 - smoothstep(-0.13, 0.10, p.y - line + 0.12));
  light += town * 0.30 * exp(-7.0 * pow(p.y - line - 0.02, 2.0));

  float power = mix(0.10 + 0.30 * gloom, 1.0, dusk);
  if (power > 0.02) {
    float size = mix(0.85, 1.3, seeded(14.0));
    vec3 sum = 0.75 * discs(p, 0.040 * size, 0.46, line + 0.16, 0.30, 1.0, 0.0, soft);
    sum += 1.00 * discs(p, 0.085 * size, 0.36, line + 0.28, 0.46, 2.0, 0.0, soft);
    sum += 0.60 * discs(p, 0.150 * size, 0.20, line + 0.38, 0.62, 3.0, 0.0, soft);
    sum += 1.30 * discs(p, 0.070 * size, 0.46, line - 0.02, 0.10, 4.0, seeded(15.0) > 0.5 ? 7.0 : -7.0, soft);
    vec2 wet = vec2(p.x + 0.03 * flow_noise(vec2(4.0 * p.x, 9.0 * p.y)), line - (line - p.y) * 0.42 + 0.20);
    if (p.y < line) sum += 0.55 * smoothstep(0.0, 0.22, line - p.y) * discs(wet, 0.085 * size, 0.36, line + 0.28, 0.46, 2.0, 0.0, 0.75) * (0.5 + 0.5 * u_rain);
    light += sum * power * mix(1.0, 0.65, soft);
  }
  return light;
}

struct Drop { vec2 bend; float cover; float rim; };

// One drop: away is the way from its centre in radii.
void lay(inout Drop d, vec2 away, float cover_edge, float radius) {
  float r2 = dot(away, away);
  if (r2 > 1.0) return;
  float r = sqrt(r2);
  float cover = smoothstep(1.0, 1.0 - cover_edge, r);
  if (cover < d.cover) return;
  d.cover = cover;
  d.bend = away * (0.35 + 0.65 * r2) * radius;
  d.rim = r;
}

// Drops that cling. Every layer has another size; the outlines are pulled about by noise.
void clinging(inout Drop d, vec2 p, float cells, float share, float salt) {
  vec2 q = p * cells + vec2(17.0 * salt, 31.0 * salt) + seeded_place(20.0 + 2.0 * salt);
  vec2 warp = vec2(flow_noise(1.7 * q), flow_noise(1.7 * q + 19.0));
  q += 0.16 * warp;
  vec2 cell = floor(q);
  vec3 r = rand3(cell);
  if (r.z > share) return;
  float lived = rand1(cell + 77.0);
  float radius = mix(0.13, 0.36, r.x * r.x) * (0.94 + 0.06 * sin(TAU * (u_phase + lived)));
  vec2 away = (q - cell - 0.5 - 0.26 * (vec2(r.y, lived) - 0.5)) / radius;
  away.y *= mix(1.0, 0.82, r.x);
  away.x *= 1.0 + 0.16 * away.y;
  float pixel = picture_pixel() * cells / radius;
  lay(d, away, clamp(2.0 * pixel, 0.12, 0.9), radius / cells);
}

// Drops that run, with the beads and the clear path they leave. Returns how clear the path is.
float running(inout Drop d, vec2 p, float columns, float cycles, float salt) {
  p.x += 0.10 * u_wind * p.y;
  float column = floor(p.x * columns + salt * 0.37);
  float start = rand1(vec2(column + 90.0, salt * 13.0 + floor(u_seed)));
  float tall = 1.25;
  float y = p.y / tall + start * 5.0 + u_phase * cycles;
  float row = mod(floor(y) + 4096.0, cycles);
  vec3 r = rand3(vec2(column * 3.0 + salt * 71.0, row + 11.0 * start) + floor(u_seed));
  if (r.z > mix(0.30, 0.85, u_rain)) return 0.0;
  float f = fract(y);
  // Sticks and slips: the drop's place in its own cell swings while the cell falls evenly.
  float at = 0.30 + 0.17 * sin(TAU * (u_phase * cycles + r.x)) + 0.05 * sin(TAU * (2.0 * cycles * u_phase + r.y));
  float wander = (r.y - 0.5) * 0.45 + 0.14 * sin(7.0 * p.y + TAU * r.x) + 0.06 * sin(17.0 * p.y + 9.0 * r.y);
  float x = fract(p.x * columns + salt * 0.37) - 0.5 - wander;
  float radius = mix(0.13, 0.22, r.x);
  vec2 away = vec2(x, (f - at) * tall * columns) / radius;
  away.y *= away.y > 0.0 ? 0.55 : 0.95;
  away.x *= away.y > 0.0 ? 1.0 + 0.55 * away.y : 1.0;
  float pixel = picture_pixel() * columns / radius;
  lay(d, away, clamp(2.0 * pixel, 0.10, 0.9), radius / columns);
  float above = f - at;
  float path = smoothstep(0.0, 0.03, above) * smoothstep(0.95 - at, 0.10, above) * smoothstep(radius * 1.05, radius * 0.55, abs(x));
  // Beads stay on the glass: their places hang on p, not on the falling cell.
  float bead_cell = floor(p.y * columns * 2.6);
  vec2 b = rand2(vec2(column + 40.0 * salt, bead_cell + 500.0));
  float bead = radius * mix(0.16, 0.48, b.x * b.x) * smoothstep(0.02, 0.10, above) * smoothstep(0.9 - at, 0.25, above);
  vec2 off = vec2(x - (b.y - 0.5) * 0.10, (fract(p.y * columns * 2.6) - 0.5) / 2.6);
  if (bead > 0.01) lay(d, off / bead, clamp(2.0 * picture_pixel() * columns / bead, 0.15, 0.9), bead / columns);
  return path;
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag);
  Sky sky = make_sky(0.5);
  float wet = mix(0.45, 1.0, u_rain) * (1.0 - 0.7 * u_snow);
  Drop d = Drop(vec2(0.0), 0.0, 0.0);
  clinging(d, p, 34.0, 0.50 * wet, 1.0);
  clinging(d, p, 17.0, 0.42 * wet, 2.0);
  clinging(d, TURN * p, 8.5, 0.42 * wet, 3.0);
  clinging(d, p, 5.2, 0.26 * wet, 4.0);
  float path = max(running(d, p, 5.5, 2.0, 1.0), running(d, p, 8.5, 3.0, 2.0));
  path = max(path, running(d, p, 3.4, 1.0, 3.0));

  float breath = value_noise(vec2(1.4 * p.x, 1.1 * p.y) + seeded_place(31.0));
  float fog = clamp(mix(0.12, 1.05, u_haze) * (0.55 + 0.7 * breath) + 0.35 * u_snow, 0.0, 1.0) * (1.0 - 0.85 * path);
  bool lens = d.cover > 0.5;
  vec2 seen = lens ? vec2(0.85 * p.x, 0.25 * p.y - 0.02) - d.bend * 17.0 : p + 0.010 * path;
  vec3 light = street(seen, sky, lens ? 0.16 : mix(0.10, 0.75, fog));
  vec3 breath_light = 0.55 * sky.ambient + 0.30 * sky.horizon + 0.10 * light;
  if (lens) {
    float up = d.bend.y / max(length(d.bend), 1e-5);
    float shade = smoothstep(1.0, 0.55, d.rim);
    light *= mix(0.30, 1.18, shade) * (0.92 - 0.22 * up * d.rim);
    light += (0.35 * sky.horizon + 0.12 * sky.light) * smoothstep(0.35, 0.75, -up) * smoothstep(0.55, 0.80, d.rim) * smoothstep(1.0, 0.82, d.rim);
    vec2 spark = d.bend / max(length(d.bend), 1e-5) * d.rim - vec2(-0.30, 0.42);
    light += (0.55 * sky.horizon + 0.15) * exp(-dot(spark, spark) * 55.0) * 0.8;
  } else {
    float grain = 0.96 + 0.08 * value_noise(p * 260.0);
    light = mix(light, breath_light * grain, 0.55 * fog);
    light *= 1.0 - 0.25 * d.cover;
  }
  vec2 edge = abs(p) * vec2(1.0 / picture_half_width(), picture_half_width());
  float ice = flow_fbm(3.0 * p + seeded_place(35.0), 4, 0.6) + 0.5 * flow_threads(5.0 * p, 4);
  float frost = smoothstep(0.55, 1.05, max(edge.x, edge.y) + 0.75 * (ice - 0.15)) * smoothstep(0.05, 0.5, u_snow);
  vec3 white = vec3(0.85, 0.92, 1.0) * (0.75 * sky.ambient + 0.25 * sky.horizon + 0.06) * (0.7 + 0.8 * ice);
  return mix(light, white, 0.85 * frost);
}
