//! include: _noise _sky _weather
// Sand dunes: a ray-marched field of crests with a long windward side and a steep lee, rippled sand, drifting dust. Metres.

const float LENS = 1.6;
const float REACH = 2600.0;
const float STEEP = 0.68; // share of a dune's length that is its windward side

vec2 g_place;   // set once a pixel: where in the noise this seed stands
vec2 g_wind;    // across the crests
float g_length; // from crest to crest

float dune_profile(float x) {
  float f = fract(x);
  float s = f < STEEP ? f / STEEP : (1.0 - f) / (1.0 - STEEP);
  float rising = s * s * (1.75 - 0.75 * s);
  float falling = s * (0.35 + 0.65 * s);
  return f < STEEP ? rising : falling;
}

float dunes(vec2 p, vec2 wind, float span, vec2 place) {
  vec2 q = p / span;
  float bend = 1.35 * value_noise(q * 0.55 + place);
  bend += 0.07 * sin(3.7 * (q.x * wind.y - q.y * wind.x) + 5.0 * bend);
  float swell = value_noise(q * 0.42 + place + 19.0);
  float n = dot(q, wind) + bend;
  return dune_profile(n) * (0.12 + 1.05 * swell * swell + 0.18 * swell);
}

float ground(vec2 p, bool fine) {
  float far = smoothstep(1.5 * g_length, 9.0 * g_length, p.y);
  float broad = value_noise(p / (3.6 * g_length) + g_place);
  float big = dunes(p, g_wind, g_length, g_place);
  float small = 0.35;
  if (fine) small = dunes(p, vec2(g_wind.x * 0.83 - g_wind.y * 0.56, g_wind.x * 0.56 + g_wind.y * 0.83), 0.31 * g_length, g_place + 41.0);
  return g_length * (mix(0.34, 0.62, far) * broad + mix(0.235, 0.32, far) * big + 0.034 * small * (1.0 - 0.6 * big));
}

float reach_ground(vec3 eye, vec3 ray, float pixel) {
  float t = 0.8;
  float last = 0.8;
  float gap = 1.0;
  for (int i = 0; i < 84; i++) {
    vec3 p = eye + ray * t;
    if (ray.y > 0.0 && p.y > (t < 3.0 * g_length ? 0.66 : 1.0) * g_length) return -1.0;
    gap = p.y - ground(p.xz, gap < 0.05 * g_length && t < 9.0 * g_length);
    if (gap < 0.0) {
      for (int k = 0; k < 7; k++) {
        float middle = 0.5 * (last + t);
        vec3 q = eye + ray * middle;
        if (q.y < ground(q.xz, t < 9.0 * g_length)) t = middle;
        else last = middle;
      }
      return t;
    }
    if (gap < 0.4 * pixel * t) return t;
    last = t;
    t += max(0.92 * gap, 0.0035 * t);
    if (t > REACH) return -1.0;
  }
  return t;
}

float sun_reaching(vec3 p, vec3 to_light) {
  p.y = max(p.y, ground(p.xz, false)) + 0.0005 * g_length; // the coarse field may lie above the fine one
  float open = 1.0;
  float t = (0.011 + 0.008 * frame_hash(uvec2(gl_FragCoord.xy), 9u)) * g_length;
  for (int i = 0; i < 24; i++) {
    vec3 q = p + to_light * t;
    float gap = q.y - ground(q.xz, false);
    open = min(open, 0.5 + 6.0 * gap / t);
    if (open < 0.02 || gap > 0.34 * g_length) break;
    t += clamp(0.55 * gap, 0.007 * g_length + 0.016 * t, 0.15 * g_length);
  }
  return smoothstep(0.0, 1.0, open);
}

// Wind ripples as a slope; they vanish where a pixel is wider than one.
vec2 ripples(vec2 p, float width, float lee) {
  float seen = smoothstep(0.34, 0.06, width) * (1.0 - 0.8 * lee);
  if (seen <= 0.0) return vec2(0.0);
  float bend = 2.6 * value_noise(p * 0.21) + 1.1 * value_noise(p * 0.9);
  float x = dot(p, g_wind) * 8.5 + bend * 3.2;
  float wave = cos(x) + 0.35 * cos(2.0 * x + 1.2);
  return g_wind * wave * seen * 0.20 * (0.5 + value_noise(p * 0.35 + 7.0));
}

vec3 lit_sand(Sky s, vec3 eye, vec3 ray, float t, float pixel) {
  vec3 p = eye + ray * t;
  float eps = max(0.05, 1.6 * pixel * t);
  bool close = t < 9.0 * g_length;
  vec2 seen = p.xz - 1.2 * eps * normalize(ray.xz); // this side of a crest, where the ray only just met it
  float h = ground(seen, close);
  vec2 slope = vec2(ground(seen + vec2(eps, 0.0), close) - h, ground(seen + vec2(0.0, eps), close) - h) / eps;
  float lee = smoothstep(-0.15, -0.45, dot(slope, g_wind));
  float wet = smoothstep(0.0, 0.6, u_rain);
  vec2 fine = ripples(p.xz, pixel * t / max(dot(normalize(vec3(-slope.x, 1.0, -slope.y)), -ray), 0.04), lee) * (1.0 - 0.5 * wet);
  float grit = t < 40.0 ? value_noise(p.xz * 60.0) : 0.5;
  vec3 normal = normalize(vec3(-slope.x - fine.x, 1.0, -slope.y - fine.y));
  vec3 to_light = s.night > 0.5 ? lit_from_behind(s).to_light : s.to_light;
  to_light = normalize(vec3(to_light.x, max(to_light.y * mix(1.0, 0.42, smoothstep(0.2, 0.75, to_light.y)), 0.20), to_light.z)); // a high sun would show no relief

  float stain = value_noise(p.xz / (0.5 * g_length) + g_place) * 0.6 + 0.4 * value_noise(p.xz / (0.07 * g_length));
  vec3 pale = mix(vec3(0.470, 0.315, 0.175), vec3(0.450, 0.225, 0.098), seeded(12.0));
  vec3 sand = mix(pale, pale * vec3(0.78, 0.66, 0.56), stain);
  sand = tinted(sand * (0.92 + 0.16 * grit), 0.45 + 0.35 * stain, 0.85) * mix(1.0, 0.55, wet);
  float snowy = smoothstep(0.75, 0.30, length(slope) + 0.55 * stain - 0.65 * u_snow) * smoothstep(0.05, 0.3, u_snow);
  sand = mix(sand, tinted(vec3(0.62, 0.66, 0.72), 0.95, 0.6), snowy);

  float facing = max(dot(normal, to_light), 0.0);
  float reached = facing > 0.0 && to_light.y > 0.0 ? sun_reaching(p + vec3(0.0, 0.02, 0.0), to_light) : 0.0;
  float hollow = 0.55 + 0.45 * smoothstep(-0.10, 0.25, (h - g_length * 0.25) / g_length);
  vec3 bounce = sand * s.light * 0.07 * max(0.3 + 0.7 * dot(normal, normalize(vec3(-to_light.x, 0.3, -to_light.z))), 0.0);
  vec3 light = sand * (s.light * (1.0 + s.night) * facing * reached + s.ambient * (0.6 + 0.4 * normal.y) * hollow * (1.0 + 2.2 * s.night) + bounce);
  float grazing = pow(max(dot(reflect(ray, normal), to_light), 0.0), mix(9.0, 30.0, wet));
  light += s.light * grazing * reached * (0.035 + 0.10 * wet);
  if (t < 60.0) {
    float glint = step(0.9965, rand1(floor(p.xz * 90.0))) * smoothstep(60.0, 5.0, t);
    light += s.light * glint * reached * 0.25 * (1.0 - wet);
  }
  return light;
}

// Sand carried by the wind, close to the ground and in streamers.
float blown_sand(vec3 eye, vec3 ray, float t) {
  float force = smoothstep(0.35, 1.0, u_wind) * (1.0 - u_rain);
  if (force <= 0.0) return 0.0;
  vec3 p = eye + ray * min(t, 0.9 * g_length);
  vec2 q = vec2(dot(p.xz, g_wind) / (0.55 * g_length), dot(p.xz, vec2(-g_wind.y, g_wind.x)) / (0.11 * g_length));
  float streamers = drifting_fbm(q, vec2(1.6, 0.0), 4);
  float low = exp(-max(ray.y, 0.0) * 9.0);
  return force * low * (0.10 + 0.95 * smoothstep(0.42, 0.80, streamers)) * (1.0 - exp(-t / (1.4 * g_length)));
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag);
  float half_height = 1.0 / picture_half_width();
  g_place = seeded_place(1.0);
  float heading = mix(-0.9, 0.9, seeded(3.0)) + (seeded(4.0) < 0.5 ? 0.0 : PI);
  g_wind = vec2(cos(heading), sin(heading));
  g_length = mix(70.0, 150.0, seeded(5.0));
  Sky s = make_sky(picture_half_width() * 0.85 / LENS);
  if ((seeded(7.0) < 0.5 || s.elevation > 14.0) && s.night < 0.5) s = lit_from_behind(s);

  float tilt = mix(0.02, 0.36, seeded(8.0)) * half_height;
  vec3 ray = normalize(vec3(p.x, p.y + tilt - 0.10, LENS));
  vec3 eye = vec3(0.0, 0.0, 0.0);
  float here = max(ground(eye.xz, true), max(ground(vec2(0.0, 0.12 * g_length), false), ground(vec2(0.0, 0.30 * g_length), false)));
  eye.y = here + g_length * mix(0.025, 0.11, seeded(9.0));
  float pixel = picture_pixel() / LENS;
  float t = reach_ground(eye, ray, pixel);
  vec3 light;
  if (t < 0.0) {
    light = sky_full(s, ray, pixel);
    t = REACH;
  } else {
    light = lit_sand(s, eye, ray, t, pixel);
    light = with_distance(s, light, ray, t, 2000.0);
  }
  vec3 dust = tinted(vec3(0.62, 0.44, 0.27), 0.6, 0.8) * (s.ambient * 0.9 + 0.30 * s.light);
  float thick = blown_sand(eye, ray, t) + 0.5 * u_haze * exp(-max(ray.y, 0.0) * 3.0) * (1.0 - exp(-t / (2.5 * g_length)));
  light = mix(light, mix(dust, s.haze, 0.3), clamp(thick, 0.0, 0.9));
  return graded(with_weather(light, frag, s.ambient + 0.1 * s.light), 0.35);
}
