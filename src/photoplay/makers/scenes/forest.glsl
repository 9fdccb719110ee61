//! include: _noise _sky _weather _flow
// A misty forest of firs: layers of branched trees, mist between them, shafts of light where the sun stands low behind.

const int LAYERS = 7;

struct Slope { float lean; float hollow; float far; vec2 bumps; };

Slope slope_by_seed() {
  return Slope((seeded(11.0) - 0.5) * 0.5, mix(-0.10, 0.30, seeded(12.0)), 0.02 + 0.16 * seeded(13.0), seeded_place(14.0));
}

float ground_line(Slope s, float x, float depth, float scale) {
  float rise = mix(-0.95, s.far, pow(depth, 0.75));
  float bumps = flow_noise(vec2(1.3 * x, 9.0 * depth) + s.bumps) * 0.34;
  return rise + (s.lean * x + s.hollow * x * x) * (0.35 + 0.65 * depth) + bumps * (0.25 + 0.75 * depth) - 0.10 * scale;
}

// One fir. q: x from the trunk and y from foot to tip, in units of its height. x: cover, y: how thin (lets light through), z: upper side of a bough.
vec3 fir(vec2 q, vec3 r, float soft) {
  float a = abs(q.x);
  float side = q.x < 0.0 ? 3.0 : 8.0;
  float droop = mix(0.55, 1.15, r.z);
  float level = q.y + a * droop - 2.6 * a * a;
  float count = mix(20.0, 30.0, r.x);
  float v = level * count + 0.35 * side;
  float n = floor(v);
  float f = v - n;
  float whim = rand1(vec2(n + side * 31.0, r.y * 977.0));
  float crown = smoothstep(0.02, 0.14 + 0.10 * r.x, level);
  float spread = mix(0.13, 0.20, r.z) * pow(max(1.0 - level, 0.0), 0.82) * crown + 0.003;
  float reach = spread * (0.50 + 0.62 * whim);
  float t = a / reach;
  float needles = value_noise(vec2(q.x * 210.0 + r.y * 50.0, level * 330.0)) - 0.5;
  if (soft < 0.0014) needles = 0.7 * needles + 0.8 * (value_noise(vec2(q.x * 730.0 + 0.5 * level * 900.0, level * 900.0 - q.x * 300.0)) - 0.5);
  float clumps = value_noise(vec2(q.x * 60.0 + r.x * 90.0, level * 85.0)) - 0.5;
  float bough = 0.56 * (1.0 - t) + 0.10 - abs(f - 0.48) * mix(0.45, 1.0, t);
  bough += 0.22 * needles * smoothstep(0.01, 0.0, soft) + 0.42 * clumps * min(1.2 * t, 1.0) * smoothstep(1.15, 0.9, t);
  float edge = 0.07 + soft * count * 0.9;
  float cover = smoothstep(-edge, edge, bough) * step(q.y, 1.0) * step(0.0, level);
  float trunk = smoothstep(soft, -soft, a - 0.0065 * (1.05 - q.y)) * step(q.y, 0.97);
  float thin = (1.0 - smoothstep(0.0, 0.38, bough)) * smoothstep(0.25, 0.9, t);
  return vec3(max(cover, trunk), thin, smoothstep(0.25, 0.95, f + 0.75 * clumps + 0.55 * needles) * mix(0.45, 1.0, min(t, 1.0)));
}

// A row of firs, as fir() gives one. ground: height and steepness of the soil under p.
vec3 row(vec2 p, vec2 ground, float layer, float depth, float scale) {
  float wide = scale * mix(0.27, 0.16, depth);
  float pixel = picture_pixel();
  vec3 best = vec3(0.0);
  float first = floor(p.x / wide + 0.5);
  for (int j = -2; j <= 1; j++) {
    float n = first + float(j);
    vec3 r = rand3(vec2(n + 500.0, layer * 13.0) + floor(u_seed));
    if (r.z > 0.80 + 0.20 * depth) continue;
    float x = (n + 0.5 + 0.7 * (r.x - 0.5)) * wide;
    float tall = scale * (0.52 + 0.62 * r.y);
    float y = (p.y - ground.x - ground.y * (x - p.x)) / tall;
    if (y > 1.0 || y < -0.05) continue;
    float sway = u_wind * 0.022 * y * y * sin(TAU * (u_phase * (r.z > 0.35 ? 2.0 : 3.0) + r.x) + 1.3 * x);
    vec2 q = vec2((p.x - x) / tall - sway - 0.010 * (r.z - 0.4) * y * y, y);
    if (abs(q.x) > 0.235) continue;
    vec3 tree = fir(q, r.yzx, pixel / tall);
    if (tree.x > best.x) best = tree;
  }
  return best;
}

float mist_band(vec2 p, vec2 place, float layer, float depth) {
  vec2 q = vec2(p.x * 0.9, p.y * 2.6) * (1.0 + depth) + vec2(layer * 7.3, 0.0) + place;
  float wisp = looped_fbm(q, 3, 0.10 + 0.16 * u_wind);
  return smoothstep(0.34, 0.80, wisp);
}

// Shafts of light: stripes around the sun, thinned by the crowns they pass.
float shafts(vec2 p, vec2 sun) {
  vec2 d = p - sun;
  float angle = atan(d.x, -d.y);
  vec2 slow = 0.25 * loop_drift(2.0);
  float stripe = 0.6 * value_noise(vec2(angle * 9.0, 3.0) + slow + seeded_place(31.0)) + 0.4 * value_noise(vec2(angle * 23.0, 5.0) + 1.5 * slow);
  float down = smoothstep(-0.15, 0.5, cos(angle));
  return smoothstep(0.42, 0.85, stripe) * down * exp(-0.75 * length(d)) * smoothstep(0.02, 0.35, length(d));
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag);
  Sky sky = make_sky(0.5);
  float top = 1.0 / picture_half_width();
  vec2 sun = vec2(u_sun.x * 0.62 * picture_half_width(), mix(0.16, 0.95, smoothstep(3.0, 55.0, sky.elevation)) * top);
  if (sky.night > 0.5) sun.y = 0.62 * top;
  float low = (1.0 - smoothstep(25.0, 60.0, sky.elevation)) * mix(1.0, 0.45, sky.night);
  float clear = 1.0 - smoothstep(0.35, 0.95, max(u_cloud, 0.8 * max(u_rain, u_snow)));
  float near_sun = exp(-1.9 * dot(p - sun, p - sun));
  float thick = mix(0.55, 1.6, sqrt(u_haze));

  vec3 ray = normalize(vec3(p.x * 0.55, 0.10 + 0.36 * (p.y + 0.35), 1.0));
  vec3 back = mix(sky_gradient(sky, ray), sky.haze, 0.35);
  back = with_clouds(sky, ray, back + sky_stars(sky, ray, 0.5 * picture_pixel()), 4);
  vec3 glow = (sky.glow * (0.35 + 0.65 * low) + 0.10 * sky.light) * clear;
  vec3 mist = mix(sky.haze, sky.ambient + 0.35 * sky.horizon, 0.4) * 0.92;
  mist = tinted(mist * vec3(0.96, 1.02, 0.98), 0.62, 0.6) + glow * near_sun * 0.50 + vec3(0.002, 0.003, 0.004);
  back += glow * (1.3 * exp(-30.0 * dot(p - sun, p - sun)) + 0.55 * near_sun);
  float disc = smoothstep(0.060, 0.030, length(p - sun)) * clear * smoothstep(-3.0, 1.0, sky.elevation) * smoothstep(28.0, 12.0, sky.elevation);
  back += (2.5 * sky.glow + 1.0) * disc * (1.0 - 0.6 * u_haze);

  vec3 leaf = tinted(vec3(0.014, 0.040, 0.018), 0.22, 0.9);
  Slope slope = slope_by_seed();
  vec2 misty = seeded_place(18.0);
  vec3 light = vec3(0.0);
  float left = 1.0;
  float beam = shafts(p, sun) * clear * low;
  for (int i = 0; i < LAYERS; i++) {
    if (left < 0.02) break;
    float layer = float(i);
    float depth = layer / float(LAYERS - 1);
    float scale = 2.35 * pow(0.63, layer) + 0.02;
    float base = ground_line(slope, p.x, depth, scale);
    float steep = (ground_line(slope, p.x + 0.02, depth, scale) - base) / 0.02;
    vec3 tree = p.y < base + 1.3 * scale ? row(p, vec2(base, steep), layer, depth, scale) : vec3(0.0);
    float soil = smoothstep(-0.004, 0.012, base - p.y + 0.010 * scale * (value_noise(vec2(p.x * 60.0 / scale, layer)) - 0.5));
    float air = 1.0 - exp(-thick * (0.10 + 2.3 * depth * depth + 0.9 * depth));
    vec3 body = leaf * (sky.ambient * (0.8 + 0.9 * tree.z) + 0.30 * sky.light * (1.0 - low) * tree.z);
    body += (leaf * 3.0 + vec3(0.02, 0.018, 0.004)) * glow * (tree.y * (0.9 * near_sun + 0.12) + 0.10 * near_sun);
    vec3 white = vec3(0.78, 0.83, 0.90) * (0.75 * sky.ambient + 0.22 * sky.light);
    body = mix(body, white, u_snow * (0.80 * tree.z * smoothstep(0.0, 0.5, tree.x) + 0.10));
    vec3 earth = mix(leaf * 0.8 * sky.ambient, white, u_snow * 0.9);
    float cover = max(tree.x, soil);
    body = mix(body, earth, soil);
    body = mix(body, mist, air);
    light += left * cover * body;
    left *= 1.0 - cover;
    float height = (p.y - base) / (0.30 * scale + 0.14);
    float band = height < 3.0 ? mist_band(p, misty, layer, depth) : 0.0;
    float fog = clamp(thick * (0.16 + 0.60 * band) * exp(-max(height, 0.0) * 1.5) * smoothstep(3.0, 2.2, height) * (0.25 + 0.55 * depth), 0.0, 0.85);
    fog = i == 0 ? fog * 0.6 : fog;
    light += left * fog * (mist * (0.94 + 0.12 * band) + glow * beam * 0.5);
    left *= 1.0 - fog;
    float shaft = beam * (0.05 + 0.07 * depth) * (0.6 + u_haze);
    light += left * shaft * (glow + 0.3 * mist);
  }
  light += left * back;
  light += beam * glow * 0.10;
  return with_weather(light, frag, mist);
}
