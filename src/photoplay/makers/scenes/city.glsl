//! include: _noise _sky _weather _flow
// A city skyline over still water: towers with lit windows by night, stone and glass by day, and their long reflections.

const float BANK = -0.34;
const int ROWS = 6;

struct City { float centre; float second; float lit; float day; vec3 glow; vec3 air; vec3 lamp; float street; };

City city_of(Sky sky) {
  City c;
  c.centre = (seeded(11.0) - 0.5) * 1.3;
  c.second = (seeded(12.0) - 0.5) * 2.6;
  float dusk = smoothstep(14.0, -5.0, sky.elevation);
  float late = smoothstep(0.0, 1.5, u_hour) * (1.0 - smoothstep(4.5, 6.0, u_hour));
  float gloom = max(max(u_rain, u_haze * 0.6), smoothstep(0.6, 1.0, u_cloud) * 0.5);
  c.lit = mix(mix(0.05, 0.22, gloom), mix(0.42, 0.26, late), dusk);
  c.day = 1.0 - dusk;
  vec3 natural = mix(vec3(0.30, 0.135, 0.070), vec3(0.16, 0.090, 0.22), seeded(13.0));
  c.glow = mix(natural, 0.30 * mix(u_color_b, u_color_c, 0.3) + 0.01, u_tint) * dusk * (0.6 + 0.7 * max(u_cloud, u_haze) + 0.2 * u_mood);
  c.air = sky.haze * mix(0.55, 0.9, c.day) + mix(0.28, 0.75, u_haze) * c.glow;
  c.lamp = mix(vec3(1.0, 0.62, 0.28), mix(u_color_c, vec3(1.0, 0.8, 0.6), 0.35), u_tint);
  c.street = dusk;
  return c;
}

vec3 window_light(vec3 r) {
  vec3 c = r.x < 0.62 ? mix(vec3(1.0, 0.56, 0.22), vec3(1.0, 0.80, 0.52), r.y) : mix(vec3(0.85, 0.93, 1.0), vec3(0.62, 0.80, 1.0), r.y);
  vec3 brand = mix(u_color_b, u_color_c, 0.25 + 0.75 * r.y);
  return mix(c, brand / max(max(brand.r, max(brand.g, brand.b)), 0.05), 0.75 * u_tint);
}

vec3 neon(float r) {
  vec3 c = r < 0.33 ? vec3(0.10, 0.75, 1.0) : r < 0.66 ? vec3(1.0, 0.16, 0.52) : vec3(1.0, 0.50, 0.12);
  return mix(c, r < 0.5 ? u_color_b * 1.5 : u_color_c, u_tint);
}

// Windows of one face. at: columns and floors from its corner; fine: pixels per window.
vec3 facade(vec2 at, vec3 r, vec3 wall, vec3 glass, City city, vec2 pixel) {
  vec2 cell = floor(at);
  vec2 f = at - cell;
  float bands = step(0.45, r.z);
  float fins = step(0.78, r.z);
  vec2 half_size = mix(mix(vec2(0.27, 0.30), vec2(0.49, 0.27), bands), vec2(0.36, 0.44), fins);
  vec2 inside = clamp((half_size - abs(f - 0.5)) / max(pixel, vec2(0.02)) + 0.5, 0.0, 1.0);
  float pane = inside.x * inside.y;
  float share = 4.0 * half_size.x * half_size.y;
  float blur = smoothstep(0.30, 0.75, max(pixel.x, pixel.y));
  pane = mix(pane, share, blur);
  float suite = bands > 0.5 ? floor(cell.x / (2.0 + floor(3.0 * r.y))) : cell.x;
  vec3 h = rand3(vec2(suite + floor(r.x * 800.0), cell.y + floor(r.y * 700.0)));
  float whole_floor = rand1(vec2(cell.y + 40.0, floor(r.y * 900.0)));
  float busy = city.lit * mix(0.55, 1.5, r.x) + 0.35 * city.lit * step(0.86, whole_floor);
  // Too small to see singly: patches of windows, and dimmer than their mean, for the eye judges by the dark between them.
  float patch_light = value_noise(at * vec2(0.75, 0.50) + 50.0 * r.xy);
  float on = mix(step(h.z, busy), 0.60 * busy * smoothstep(0.15, 0.95, patch_light), blur);
  float level = (0.25 + 1.5 * h.y * h.y * h.y) * (0.65 + 0.35 * f.y + 0.25 * step(0.5, fract(f.x * 2.0 + h.x)));
  level = mix(level, 0.68, blur);
  vec3 shine = window_light(mix(h.yxz, vec3(0.4, 0.5, 0.5), blur)) * level * on * mix(0.55, 1.55, city.street);
  return mix(wall, glass + shine, pane);
}

struct Tower { float from; float wide; float height; float corner; float shoulder; float waist; float spire; vec3 r; vec3 s; };

Tower tower_at(float x, float row, float scale, City city) {
  float lot = scale * 0.21;
  float n = floor(x / lot + 0.37 * row);
  Tower t;
  t.r = rand3(vec2(n + 300.0, row * 19.0) + floor(u_seed));
  t.s = rand3(vec2(n + 900.0, row * 23.0) + floor(u_seed));
  t.wide = lot * mix(0.58, 0.99, t.r.x);
  t.from = (n - 0.37 * row) * lot + (lot - t.wide) * t.s.x;
  float mid = t.from + 0.5 * t.wide;
  float core = exp(-2.6 * pow(mid - city.centre, 2.0)) + 0.55 * exp(-9.0 * pow(mid - city.second, 2.0));
  float tall = 0.15 + 0.85 * pow(t.r.y, 1.9);
  t.height = mix(0.13, 0.16 + 0.80 * core, tall) * mix(0.34, 1.0, smoothstep(0.0, 3.0, row)) * mix(1.0, 0.72, smoothstep(3.0, 5.0, row));
  t.height *= 1.0 + 0.45 * smoothstep(1.25, 0.75, picture_half_width());
  t.corner = mix(0.22, 0.78, t.s.y);
  t.shoulder = t.s.z > 0.45 ? t.height * mix(0.62, 0.90, t.r.z) : t.height;
  t.waist = mix(0.55, 0.82, t.s.x);
  t.spire = t.s.z > 0.72 && t.height > 0.34 ? 0.05 + 0.13 * t.r.x : 0.0;
  return t;
}

vec4 tower_light(vec2 p, float row, float scale, Sky sky, City city, float pixel) {
  Tower t = tower_at(p.x, row, scale, city);
  float mid = t.from + 0.5 * t.wide;
  float off = p.x - mid;
  float half_wide = 0.5 * t.wide * (p.y > t.shoulder ? t.waist : 1.0);
  float slant = t.s.y > 0.82 ? (t.s.y > 0.91 ? 0.55 : -0.55) * off : 0.0;
  float top = t.height + slant;
  float cover = clamp((half_wide - abs(off)) / pixel + 0.5, 0.0, 1.0) * clamp((top - p.y) / pixel + 0.5, 0.0, 1.0);
  float mast = t.spire > 0.0 ? clamp((0.0045 * scale * (1.05 - (p.y - top) / t.spire) - abs(off)) / pixel + 0.5, 0.0, 1.0) * step(p.y, top + t.spire) : 0.0;
  if (cover + mast < 0.004) return vec4(0.0);
  float u = (off + half_wide) / (2.0 * half_wide);
  bool left_face = u < t.corner;
  float face = left_face ? u / t.corner : (u - t.corner) / (1.0 - t.corner);
  float face_wide = 2.0 * half_wide * (left_face ? t.corner : 1.0 - t.corner);
  float module = 0.0105 * scale * mix(0.8, 1.25, t.r.z);
  float columns = max(floor(face_wide / module), 2.0);
  vec2 at = vec2(face * columns + (left_face ? 0.0 : 60.0), p.y / (module * 1.12));
  vec2 fine = pixel / vec2(face_wide / columns, module * 1.12);

  float facing = left_face ? -0.75 : 0.75;
  float sunlit = clamp(0.35 + 0.75 * facing * sign(u_sun.x + 0.001) * min(abs(u_sun.x) * 2.0 + 0.4, 1.0), 0.06, 1.0);
  vec3 stone = mix(mix(vec3(0.30, 0.27, 0.24), vec3(0.16, 0.20, 0.25), step(0.4, t.r.z)), vec3(0.36, 0.20, 0.14), step(0.84, t.r.x) * step(t.r.z, 0.45));
  stone = tinted(stone, 0.45, 0.5) * mix(0.6, 1.15, t.s.x);
  float foot = 0.55 + 0.45 * smoothstep(0.0, 0.25, p.y);
  vec3 wall = stone * (sky.ambient * (left_face ? 0.85 : 1.0) * foot + 0.38 * sky.light * sunlit * sunlit + city.glow * 0.35 * exp(-3.2 * p.y));
  vec3 mirror = mix(sky.horizon, sky.zenith, clamp(0.25 + 0.9 * p.y + 0.5 * t.s.z, 0.0, 1.0)) * (left_face ? 0.50 : 0.62) + 0.14 * sky.light * sunlit * sunlit;
  vec3 glass = mirror * mix(0.35, 0.8, step(0.45, t.r.z)) * mix(0.8, 1.15, rand1(floor(at)));
  vec3 light = facade(at, t.r, wall, glass, city, fine);

  float below_roof = top - p.y;
  float roof = step(below_roof, 0.9 * module);
  light = mix(light, wall * 0.8, roof);
  float sign_on = step(0.70, t.s.x) * city.street * step(0.25, t.height);
  float strip = clamp((0.0022 * scale - abs(below_roof - 0.006 * scale)) / pixel + 0.5, 0.0, 1.0);
  float edge = t.s.x > 0.93 ? clamp((0.0020 * scale - abs(abs(off) - half_wide + 0.003 * scale)) / pixel + 0.5, 0.0, 1.0) * smoothstep(0.15, 0.6, p.y / top) : 0.0;
  light += neon(t.r.x) * sign_on * (1.8 * max(strip, edge) + 0.35 * exp(-below_roof / (0.020 * scale)));
  light += stone * city.lamp * city.street * 0.55 * exp(-p.y / (0.035 * scale));
  if (mast > cover) light = wall * 0.5;
  float air = 1.0 - exp(-(0.06 + 0.18 * row) * mix(mix(0.42, 0.50, city.day), 3.2, u_haze) * (1.0 + 0.9 * exp(-6.0 * p.y)));
  light = mix(light, city.air, clamp(air, 0.0, 1.0));
  return vec4(light, max(cover, mast));
}

vec3 city_sky(vec2 p, Sky sky, City city, float pixel, bool mirrored) {
  vec3 ray = normalize(vec3(p.x, p.y + 0.02, 1.6));
  vec3 light = sky_gradient(sky, ray);
  if (!mirrored) light += sky_stars(sky, ray, 0.6 * pixel) * 0.16 + (sky.night < 0.5 ? sky_disc(sky, ray, 0.55) * smoothstep(26.0, 10.0, sky.elevation) : vec3(0.0));
  light = with_clouds(sky, ray, light, mirrored ? 3 : 5);
  float dome = exp(-2.2 * max(p.y, 0.0)) * (0.55 + 0.45 * exp(-1.2 * pow(p.x - city.centre, 2.0)));
  return light + city.glow * dome;
}

// Everything above the water line; y counts from the bank.
vec3 skyline(vec2 p, Sky sky, City city, float pixel, bool mirrored) {
  vec3 light = vec3(0.0);
  float left = 1.0;
  for (int i = 0; i < ROWS; i++) {
    float row = float(i);
    float scale = 1.35 * pow(0.80, row);
    vec4 tower = tower_light(p, row, scale, sky, city, pixel);
    light += left * tower.rgb * tower.a;
    left *= 1.0 - tower.a;
    if (left < 0.02) break;
  }
  if (left > 0.02) light += left * city_sky(p, sky, city, pixel, mirrored);
  // The quay: a dark wall, street lamps in a row, cars behind them.
  float quay = 0.016;
  float spacing = 0.052;
  vec2 d = vec2((fract(p.x / spacing) - 0.5 + 0.3 * (rand1(vec2(floor(p.x / spacing), 3.0)) - 0.5)) * spacing, p.y - 0.026);
  float lamp = exp(-dot(d, d) / 9e-6) * 3.0 + 0.00009 / (dot(d, d) + 0.00012);
  float car = fract(p.x / 0.035 - u_phase * 4.0);
  vec2 e = vec2((car - 0.5) * 0.035, p.y - 0.0175);
  float head = exp(-dot(e, e) / 2.5e-6);
  vec3 wall = vec3(0.05, 0.048, 0.045) * (sky.ambient + 0.15 * sky.light) + 0.02 * city.glow;
  light = mix(light, mix(wall, city.air, 0.25 * u_haze), clamp((quay - p.y) / pixel + 0.5, 0.0, 1.0));
  light += city.lamp * city.street * lamp * (1.0 + u_haze) + vec3(1.0, 0.92, 0.8) * head * city.street * 0.8;
  return light;
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag) - vec2(0.0, BANK);
  Sky sky = make_sky(0.55);
  City city = city_of(sky);
  float pixel = picture_pixel();
  vec3 light = vec3(0.0);
  if (p.y >= 0.0) {
    light = skyline(p, sky, city, pixel, false);
  } else {
    float below = -p.y;
    float depth = 0.10 / (below + 0.02);
    float chop = mix(0.30, 1.6, u_wind) + 0.5 * u_rain;
    vec2 q = vec2(p.x * (2.0 + 7.0 * depth), 26.0 * depth);
    vec2 sway = 0.35 * loop_drift(0.0);
    float wave = flow_noise(q + sway) + 0.6 * flow_noise(2.2 * q + 5.0 - 1.5 * sway);
    float fine = flow_noise(5.1 * q + 3.0 * sway);
    float stretch = (0.02 + 0.30 * below) * chop;
    vec3 sum = vec3(0.0);
    float jitter = frame_hash(uvec2(frag), 9u);
    for (int i = 0; i < 4; i++) {
      float k = (float(i) + jitter) / 4.0 - 0.5;
      float y = below * 1.02 + stretch * (0.55 * wave + 0.25 * fine + 0.9 * k);
      sum += skyline(vec2(p.x + 0.014 * chop * (wave * (0.3 + below) + 0.4 * fine), abs(y) + 0.001), sky, city, pixel * 2.5 + 0.10 * stretch, true);
    }
    // Lamps and windows draw long broken streaks that no short blur would give.
    float lane = fract((p.x + 0.010 * chop * (wave + fine) * (0.4 + below)) / 0.052) - 0.5;
    vec2 whim = rand2(vec2(floor((p.x + 40.0) / 0.052), 7.0));
    lane += 0.5 * (whim.x - 0.5);
    float streak = (0.25 + whim.y) * exp(-lane * lane * 60.0) * (0.55 + 0.45 * sin(9.0 * wave + 5.0 * fine)) * exp(-2.6 * below) * smoothstep(0.0, 0.03, below);
    sum += 4.0 * city.lamp * city.street * 0.22 * streak * (1.0 + 0.6 * u_rain);
    float graze = 0.40 + 0.55 / (1.0 + 3.0 * below);
    vec3 deep = sky.ambient * vec3(0.05, 0.07, 0.08) + 0.05 * city.glow;
    light = mix(deep, 0.25 * sum, graze);
    light = mix(light, city.air, (0.12 + 0.5 * u_haze) * exp(-22.0 * below));
  }
  return with_weather(light, frag, sky.ambient + 0.9 * city.glow + 0.02);
}
