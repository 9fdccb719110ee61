//! include: _noise _sky _weather _flow
// Northern lights over a lake: curtains found by walking up each ray through a folded field, mirrored in the water.

const float SHORE = -0.30;
const int WALK = 24;

struct Glow { vec3 foot; vec3 body; vec3 crown; float power; };

vec3 vivid(vec3 c) { return c / max(max(c.r, max(c.g, c.b)), 0.02); }

Glow glow_of(Sky sky) {
  float k = seeded(4.0) * 3.0;
  Glow g;
  g.foot = vec3(0.16, 1.0, 0.34);
  g.body = vec3(0.02, 0.85, 0.34);
  g.crown = vec3(0.42, 0.06, 0.85);
  if (k > 2.0) { g.foot = vec3(0.45, 1.0, 0.20); g.body = vec3(0.12, 0.90, 0.35); g.crown = vec3(0.85, 0.12, 0.28); }
  else if (k > 1.0) { g.foot = vec3(0.30, 1.0, 0.80); g.body = vec3(0.05, 0.70, 0.75); g.crown = vec3(0.30, 0.20, 0.95); }
  g.foot = mix(g.foot, vivid(u_color_c), u_tint);
  g.body = mix(g.body, vivid(u_color_b), u_tint);
  g.crown = mix(g.crown, mix(vivid(u_color_a), vivid(u_color_b), 0.35), u_tint);
  // By day the lights would not be seen at all; a person who asks for them at noon gets a pale trace.
  g.power = mix(0.32, 1.0, sky.night) * mix(1.0, 0.35, u_haze) * (1.0 + 0.25 * u_mood);
  return g;
}

// Brightness of the curtains over a place on the ground.
float folds(vec2 g, float crisp) {
  vec2 place = g + seeded_place(11.0);
  vec2 sway = 0.16 * loop_drift(0.0);
  vec2 bend = vec2(flow_noise(0.42 * place + sway), flow_noise(0.42 * place.yx + 9.0 - sway));
  vec2 q = vec2(0.34 * place.x, 0.62 * place.y) + mix(0.9, 1.35, u_wind) * bend;
  float line = flow_noise(q + 0.5 * sway) + 0.32 * flow_noise(2.1 * q + 4.0 - sway);
  float sheet = exp(-crisp * line * line);
  float veil = exp(-14.0 * line * line);
  float rays = 0.62 + 0.75 * flow_noise(vec2(5.2 * place.x + 3.0 * bend.x, 2.4 * place.y + 3.0 * bend.y) + 2.2 * sway);
  float live = smoothstep(-0.30, 0.22, 0.7 * bend.y - 0.4 * bend.x + 0.08);
  return (sheet * rays * rays * 2.1 + 0.07 * veil) * live;
}

vec3 lights(vec3 ray, Glow glow, vec2 frag) {
  float up = ray.y + 0.055;
  if (up < 0.06) return vec3(0.0);
  float crisp = mix(45.0, 200.0, smoothstep(0.12, 0.45, up));
  float start = frame_hash(uvec2(frag), 7u);
  vec3 sum = vec3(0.0);
  for (int i = 0; i < WALK; i++) {
    float t = (float(i) + start) / float(WALK);
    float rise = t * t * 0.55 + 0.45 * t;
    vec2 ground = ray.xz * (1.25 * (1.0 + 1.1 * rise) / up);
    float far = exp(-0.045 * dot(ground, ground) * 0.35);
    float shape = smoothstep(0.0, 0.07, t) * exp(-3.6 * rise);
    vec3 hue = mix(mix(glow.foot, glow.body, smoothstep(0.0, 0.25, rise)), glow.crown, smoothstep(0.16, 0.62, rise));
    sum += hue * (folds(ground, crisp) * shape * far * (0.45 + 1.1 * t));
  }
  return sum * (mix(8.2, 5.6, smoothstep(0.3, 0.7, up)) / float(WALK)) * glow.power * smoothstep(0.07, 0.25, up);
}

float ridge_line(float x, float salt, float rough) {
  vec2 at = vec2(x, 0.0) + seeded_place(salt);
  float line = flow_fbm(at, 6, rough);
  float sharp = 1.0 - abs(2.6 * flow_noise(1.4 * at + 3.0));
  return line + 0.26 * sharp * abs(sharp);
}

// A row of firs along the shore: the height of the tallest at x.
float firs(float x, float size, float salt) {
  float top = 0.0;
  for (int i = 0; i < 4; i++) {
    float cell = x / size * (1.0 + 0.13 * float(i)) + 0.37 * float(i);
    float n = floor(cell);
    vec2 r = rand2(vec2(n, salt + 7.0 * float(i)));
    float away = abs(fract(cell) - 0.4 - 0.2 * r.x);
    float tall = mix(0.45, 1.9, r.y * r.y) * (1.0 - 0.15 * float(i));
    float half_wide = 0.13 + 0.13 * tall;
    float slope = 1.0 - away / half_wide;
    float bough = fract(6.0 * slope + r.x) - 0.5;
    top = max(top, size * tall * (slope + 0.10 * bough * step(0.1, slope)));
  }
  return top;
}

// What stands above the shore line, as the eye or the water sees it.
struct Skyline { float peaks; float hills; float wood; };

Skyline skyline_at(float x) {
  Skyline l;
  l.peaks = 0.12 + mix(0.35, 0.75, seeded(22.0)) * ridge_line(0.95 * x, 21.0, 0.52);
  l.hills = 0.050 + 0.12 * ridge_line(1.5 * x, 25.0, 0.45);
  float grove = flow_noise(vec2(1.7 * x, 0.0) + seeded_place(27.0));
  l.wood = 0.010 + 0.022 * grove + firs(x, 0.040, floor(seeded(28.0) * 90.0)) * smoothstep(-0.45, 0.25, grove);
  return l;
}

vec3 land(vec2 p, Skyline line, vec3 sky_light, Sky sky, vec3 aura) {
  float pixel = picture_pixel();
  float y = p.y - SHORE;
  vec3 light = sky_light;
  vec3 air = sky.haze * mix(0.55, 0.85, sky.day) + 0.16 * aura;
  if (y < line.peaks + pixel) {
    vec2 q = vec2(p.x, y) * vec2(6.5, 8.5) + seeded_place(23.0);
    float left = flow_fbm(q, 4, 0.55);
    float relief = clamp(0.5 + 3.2 * (left - flow_fbm(q + vec2(0.16 * sign(u_sun.x + 0.01), -0.10), 4, 0.55)), 0.0, 1.2);
    float snow = smoothstep(0.0, 0.25, left + 0.9 * (y - 0.11) / max(line.peaks, 0.05) - 0.15 + 0.8 * u_snow);
    vec3 rock = mix(vec3(0.030, 0.032, 0.038), vec3(0.62, 0.68, 0.78), snow);
    vec3 lit = rock * (0.55 * sky.ambient + 0.22 * sky.light * relief + 0.55 * aura * (0.25 + 0.75 * relief));
    lit = mix(lit, air, mix(0.16, 0.30, sky.day) + 0.55 * u_haze + 0.20 * exp(-12.0 * y));
    light = mix(light, lit, smoothstep(pixel, -pixel, y - line.peaks));
  }
  vec3 hill = vec3(0.0035, 0.0050, 0.0055) * (1.0 + 40.0 * luminance(sky.ambient)) + 0.010 * aura + 0.14 * u_snow * (sky.ambient + 0.5 * aura);
  hill *= 0.55 + 0.9 * value_noise(vec2(p.x * 150.0, y * 90.0));
  light = mix(light, mix(hill, air, mix(0.05, 0.14, sky.day) + 0.6 * u_haze), smoothstep(pixel, -pixel, y - line.hills));
  light = mix(light, air, (0.10 + 0.6 * u_haze) * exp(-max(y, 0.0) * mix(38.0, 9.0, u_haze)));
  vec3 firs_light = vec3(0.0016, 0.0024, 0.0028) * (1.0 + 30.0 * luminance(sky.ambient)) + 0.006 * aura;
  firs_light = mix(firs_light, air, 0.45 * u_haze) + 0.05 * u_snow * (sky.ambient + aura) * smoothstep(0.0, 0.02, line.wood - y);
  return mix(light, firs_light, smoothstep(pixel, -pixel, y - line.wood));
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag);
  Sky sky = make_sky(0.55);
  Glow glow = glow_of(sky);
  float below = SHORE - p.y;
  bool water = below > 0.0;
  vec2 seen = p;
  if (water) {
    float depth = 0.10 / (below + 0.012);
    vec2 q = vec2(p.x * (1.5 + 9.0 * depth), 17.0 * depth);
    float calm = mix(0.35, 2.4, u_wind) * (1.0 + u_rain);
    vec2 sway = 0.30 * loop_drift(1.0);
    float wave = flow_noise(q + sway) + 0.6 * flow_noise(2.3 * q + vec2(4.0, 8.0) - 1.6 * sway);
    float swell = flow_noise(vec2(1.2 * p.x, 5.0 * depth) + sway);
    seen = vec2(p.x + 0.010 * calm * wave, SHORE + below + calm * (0.030 * wave + 0.020 * swell) * smoothstep(0.0, 0.25, below) + 0.002);
    seen.y = max(seen.y, SHORE + 0.001);
  }
  vec3 ray = normalize(vec3(seen.x, seen.y - SHORE, 1.45));
  vec3 aura = 0.30 * mix(glow.body, glow.foot, 0.5) * glow.power;
  Skyline line = skyline_at(seen.x);
  vec3 light = vec3(0.0);
  if (seen.y - SHORE > line.peaks - 2.0 * picture_pixel()) {
    light = sky_gradient(sky, ray) + (water ? vec3(0.0) : sky_stars(sky, ray, 0.7 * picture_pixel()));
    if (sky.night < 0.5) light += sky_disc(sky, ray, 0.7);
    light += lights(ray, glow, frag) * (1.0 - 0.35 * u_cloud);
    light = with_clouds(sky, ray, light, 4);
    light += aura * 0.10 * exp(-7.0 * max(ray.y, 0.0));
  }
  light = land(seen, line, light, sky, aura);
  if (water) {
    float graze = 1.0 / (1.0 + 2.2 * below);
    vec3 deep = 0.10 * sky.ambient + vec3(0.001, 0.003, 0.005) + 0.012 * aura;
    light = mix(deep, light * 0.92, 0.35 + 0.60 * graze);
    light = mix(light, sky.haze * 0.6 + 0.2 * aura, (0.10 + 0.5 * u_haze) * exp(-26.0 * below));
  }
  return with_weather(light, frag, sky.ambient * 0.9 + 0.5 * aura);
}
