//! include: _noise _sky _weather
// Above the clouds: a sea of billows marched as a soft height field, lit through its creases, with towers on some seeds. Kilometres.

const float LENS = 1.45;
const float REACH = 45.0;
const float BASE = -0.75;

vec2 g_place;    // set once a pixel: where in the noise this seed stands
vec3 g_turn;     // the loop: cosine, sine, and how far billows wander
float g_fill;    // how much of the deck is closed
float g_tower;   // height of the tallest clouds
float g_top;

// Height of the cloud tops. Folded noise is round above and creased below, as cumulus is.
float tops(vec2 p, int octaves) {
  vec2 q = p * 0.36 + g_place;
  vec2 wander = g_turn.xy * g_turn.z;
  float broad = value_noise(q * 0.40 + 0.2 * wander);
  float tower = smoothstep(0.58, 0.98, value_noise(q * 0.42 + 31.0)) * smoothstep(2.0, 9.0, p.y);
  float sum = 0.0;
  float size = 0.50;
  for (int i = 0; i < 7; i++) {
    if (i >= octaves) break;
    float fold = 2.0 * value_noise(q + wander) - 1.0;
    sum += size * sqrt(fold * fold + 0.004);
    q = 2.17 * (TURN * q) + 5.1;
    wander = vec2(-wander.y, wander.x) * 1.12;
    size *= 0.50;
  }
  float body = smoothstep(0.02, 0.55, broad + g_fill - 0.52);
  return BASE + (1.15 * sum + 0.42 * broad) * (0.20 + 1.0 * body) * mix(0.6, 1.0, g_fill) + 0.30 * g_fill - 0.95 * (1.0 - body) * (1.0 - 0.6 * g_fill)
       + g_tower * tower * (0.55 + 0.9 * sum);
}

int detail_at(float t) { return t < 3.0 ? 6 : (t < 9.0 ? 5 : (t < 22.0 ? 4 : 3)); }

// Light that reaches a point in the cloud: how much cloud stands towards the sun, near and a little farther.
float lit_share(vec3 p, vec3 to_light, float self) {
  float open = smoothstep(0.34, 0.16, to_light.y); // a low sun already shades enough
  vec3 near = p + to_light * 0.13;
  vec3 far = p + to_light * 0.50;
  float thick = max(self, 0.0) * 0.8 + max(tops(near.xz, 5) - near.y, 0.0) * 3.4 + max(tops(far.xz, 3) - far.y, 0.0) * 1.9;
  float veil = mix(5.5, 3.2, open);
  return 0.80 * exp(-veil * thick) + 0.20 * exp(-0.7 * thick);
}

vec3 shaded_cloud(Sky s, vec3 ray, vec3 p, float lit) {
  float near = max(dot(ray, s.to_light), 0.0);
  float forward = 0.80 + 0.5 * near * near + 1.6 * pow(near, 14.0);
  float height = clamp((p.y - BASE) / (0.95 + 0.5 * g_tower), 0.0, 1.0);
  float storm = max(u_rain, 0.35 * max(u_mood, 0.0));
  vec3 sunlit = (s.light * mix(0.40, 0.27, s.day * smoothstep(12.0, 30.0, s.elevation)) + s.glow * 0.20) * lit * forward;
  vec3 shadow = s.ambient * mix(0.16, 0.62, height * sqrt(height)) * (0.50 + 0.50 * lit) * mix(1.0, 0.62, storm);
  return tinted(sunlit + shadow, 0.25 + 0.75 * lit * height, 0.45);
}

// x: what still comes through from behind, y: distance where most of the cloud on this ray stands, z: how deep in it that is.
vec3 through_clouds(vec3 eye, vec3 ray) {
  float clear = 1.0;
  float stands = 0.0;
  float depth = 0.0;
  float t = eye.y > g_top ? max((eye.y - g_top) / max(-ray.y, 1e-4), 0.15) : 0.15;
  if (ray.y > 0.0 && eye.y > g_top) t = REACH;
  t *= 0.97 + 0.06 * frame_hash(uvec2(gl_FragCoord.xy), 5u);
  for (int i = 0; i < 60; i++) {
    if (t > REACH || clear < 0.04) break;
    vec3 p = eye + ray * t;
    if (p.y < BASE - 0.25 || (p.y > g_top && ray.y > 0.0)) break;
    float self = tops(p.xz + 0.22 * p.y, detail_at(t)) - p.y;
    float fine = 0.015 * t + 0.017;
    if (self > -0.5 * fine) {
      float dense = smoothstep(-0.5 * fine, 0.18 + fine, self) * smoothstep(BASE - 0.22, BASE + 0.10, p.y);
      float taken = clear * (1.0 - exp(-dense * fine * (16.0 + 2.0 * t)));
      stands += taken * t;
      depth += taken * self;
      clear -= taken;
      t += fine;
    } else {
      t += max(-0.72 * self, fine);
    }
  }
  return vec3(clear < 0.05 ? 0.0 : clear, vec2(stands, depth) / max(1.0 - clear, 1e-3));
}

// What lies far below where the deck is open.
vec3 depths(Sky s, vec3 ray) {
  vec3 sea = tinted(vec3(0.030, 0.085, 0.150), 0.1, 0.8) * (0.3 + 1.5 * luminance(s.ambient));
  return mix(sea, s.horizon * 0.85, exp(ray.y * 6.0) * 0.85);
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag);
  float half_height = 1.0 / picture_half_width();
  g_place = seeded_place(1.0);
  g_turn = vec3(cos(TAU * u_phase), sin(TAU * u_phase), 0.07 + 0.12 * u_wind);
  g_fill = mix(0.38, 0.95, smoothstep(0.0, 0.85, u_cloud + 0.4 * u_rain + 0.30 * seeded(5.0)));
  g_tower = mix(0.25, 1.9, seeded(6.0) * seeded(6.0)) * (1.0 + 0.4 * u_rain);
  g_top = BASE + 1.25 + 1.35 * g_tower;
  Sky s = make_sky(picture_half_width() * 0.85 / LENS);
  // The deck is the weather here: the sky above it stays open, so light and colour are those of a fair day unless it storms.
  float tilt = mix(-0.06, 0.30, seeded(8.0)) * half_height;
  vec3 ray = normalize(vec3(p.x, p.y - tilt, LENS));
  vec3 eye = vec3(0.0, mix(0.75, 1.25, seeded(9.0)), 0.0);
  eye.y = max(eye.y, max(tops(vec2(0.0), 3), tops(vec2(0.0, 1.2), 3)) + 0.50);
  vec3 deck = through_clouds(eye, ray);
  vec3 light = vec3(0.0);
  if (deck.x > 0.0) light = ray.y > 0.0 ? sky_full(s, ray, picture_pixel() / LENS) : mix(depths(s, ray), sky_gradient(s, ray), smoothstep(-0.09, -0.015, ray.y));
  if (deck.x < 0.999) {
    vec3 at = eye + ray * deck.y;
    vec3 to_light = normalize(vec3(s.to_light.x, clamp(s.to_light.y * 0.7, 0.16, 0.34), s.to_light.z));
    vec3 cloud = shaded_cloud(s, ray, at, lit_share(at, to_light, deck.z));
    light = mix(with_distance(s, cloud, ray, deck.y, 24.0), light, deck.x);
  }
  return graded(with_weather(light, frag, s.ambient + 0.1 * s.light), 0.35);
}
