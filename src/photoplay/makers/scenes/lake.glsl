//! include: _noise _sky _weather _alps
// A mountain lake: forest and peaks on the far shore, and their reflection in water that the wind ruffles.

const float LENS = 1.5;

// Slope of the water. footprint: the smallest length worth drawing.
vec2 ruffle(vec2 p, float footprint) {
  vec2 slope = vec2(0.0);
  float size = 1.0;
  float scale = 34.0;
  vec2 wander = vec2(cos(TAU * u_phase), sin(TAU * u_phase)) * 0.45;
  for (int i = 0; i < 5; i++) {
    float seen = smoothstep(0.25, 1.4, 1.0 / (scale * footprint));
    if (seen <= 0.0) break;
    slope += seen * size * value_noise_slope(p * scale + wander).yz;
    p = TURN * p + 3.1;
    wander = vec2(-wander.y, wander.x) * 1.25;
    scale *= 2.3;
    size *= 0.85;
  }
  float breeze = smoothstep(0.35, 0.75, value_noise(p * vec2(2.0, 5.0) + 0.4 * wander));
  float force = 0.0025 + 0.070 * u_wind * u_wind + (0.002 + 0.018 * u_wind) * breeze + 0.030 * u_rain;
  return slope * force / (1.0 + 60.0 * footprint);
}

// The far shore as the water shows it: coarse ground, no cast shadows. a: 1 where the sky is what shows.
vec4 mirrored(Sky s, vec3 from, vec3 ray, float pixel) {
  float t = 0.05;
  float last = 0.05;
  bool sky = false;
  for (int i = 0; i < 34; i++) {
    vec3 p = from + ray * t;
    if (p.y > TOP || t > 26.0) { sky = true; break; }
    float gap = p.y - ground(p.xz, 4);
    if (gap < 0.002 * t) break;
    last = t;
    t += max(0.70 * gap, 0.010 * t);
  }
  if (sky) return vec4(with_clouds(s, ray, sky_gradient(s, ray) + 0.4 * sky_disc(s, ray, 1.0), 4), 1.0);
  for (int k = 0; k < 4; k++) {
    float middle = 0.5 * (last + t);
    vec3 q = from + ray * middle;
    if (q.y < ground(q.xz, 4)) t = middle;
    else last = middle;
  }
  vec3 p = from + ray * t;
  float eps = max(0.02, 3.0 * pixel * t);
  float h = ground(p.xz, 5);
  vec3 normal = normalize(vec3(h - ground(p.xz + vec2(eps, 0.0), 5), eps, h - ground(p.xz + vec2(0.0, eps), 5)));
  float snowy = 0.0;
  vec3 base = surface(p, normal, 30.0, snowy);
  vec3 to_light = s.night > 0.5 ? lit_from_behind(s).to_light : s.to_light;
  vec3 light = base * (0.75 * s.light * max(dot(normal, to_light), 0.0) + s.ambient * (0.45 + 0.4 * normal.y) * (1.0 + 0.9 * s.night));
  return vec4(with_distance(s, light, ray, t, 48.0), 0.0);
}

vec3 water(Sky s, vec3 eye, vec3 ray, float t, float pixel) {
  vec3 p = eye + ray * t;
  float footprint = pixel * t * inversesqrt(max(-ray.y, 0.01)) * 0.8;
  vec2 slope = ruffle(p.xz, footprint);
  vec3 normal = normalize(vec3(-slope.x, 1.0, -slope.y));
  vec3 bounced = reflect(ray, normal);
  bounced.y = abs(bounced.y) + 0.004;
  vec4 mirror = mirrored(s, p, normalize(bounced), pixel);
  float fresnel = 0.03 + 0.97 * pow(1.0 - max(dot(normal, -ray), 0.0), 4.0);
  fresnel = mix(fresnel, 1.0, 0.25);
  vec3 deep = tinted(vec3(0.006, 0.030, 0.036), 0.10, 0.9) * (0.2 + 1.5 * luminance(s.ambient) + 0.08 * luminance(s.light));
  float sparkle = max(dot(normalize(bounced), s.to_light), 0.0);
  vec3 light = mix(deep, mirror.rgb, fresnel) + mirror.a * s.light * pow(sparkle, 500.0) * 1.2 * (1.0 - u_haze);
  float ice = smoothstep(0.45, 0.95, u_snow) * smoothstep(0.42, 0.60, fbm(p.xz * 9.0, 4));
  return mix(light, s.ambient * 0.75 + 0.10 * s.light, 0.65 * ice);
}

// Mist over the water, most of it in the first hours of the day.
float lake_mist(vec3 eye, vec3 ray, float t) {
  float early = smoothstep(4.0, 6.0, u_hour) * smoothstep(9.5, 7.0, u_hour);
  float amount = 0.10 + 0.55 * early + 0.9 * u_haze;
  vec3 p = eye + ray * t;
  float swirl = looped_fbm(vec2(p.x * 1.1, p.z * 0.7 + p.y * 9.0), 4, 0.4);
  float low = exp(-max(p.y, 0.0) * mix(26.0, 7.0, u_haze));
  return clamp(amount * low * smoothstep(0.25, 0.75, swirl) * (1.0 - exp(-t * 0.9)), 0.0, 0.92);
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag);
  float half_height = 1.0 / picture_half_width();
  g_place = seeded_place(1.0);
  g_bend = 0.0;
  g_lake = vec3(mix(0.9, 2.6, seeded(3.0)), mix(1.6, 3.4, seeded(4.0)), 1.0);
  Sky s = make_sky(picture_half_width() * 0.85 / LENS);
  if ((seeded(7.0) < 0.6 || s.elevation > 14.0) && s.night < 0.5) s = lit_from_behind(s);
  float horizon = mix(-0.30, 0.12, seeded(8.0)) * half_height;
  vec3 ray = normalize(vec3(p.x, p.y - horizon, LENS));
  vec3 eye = vec3(0.0, mix(0.012, 0.055, seeded(9.0)), 0.0);
  float pixel = picture_pixel() / LENS;
  float surface_at = ray.y < 0.0 ? eye.y / -ray.y : 1e6;
  float t = reach_ground(eye, ray, pixel, min(surface_at, REACH));
  vec3 light;
  if (surface_at < REACH && t < 0.0) {
    t = surface_at;
    light = water(s, eye, ray, t, pixel);
    light = mix(light, s.haze, 0.8 * u_haze * (1.0 - exp(-t * 0.5)));
  } else if (t > 0.0) {
    light = with_distance(s, lit_ground(s, eye, ray, t, pixel), ray, t, 40.0);
  } else {
    light = sky_full(s, ray, pixel);
    t = REACH;
  }
  vec3 mist = mix(s.haze, s.ambient * 1.1 + 0.10 * s.light, 0.35);
  light = mix(light, mist, t < REACH ? lake_mist(eye, ray, t) : 0.0);
  return graded(with_weather(light, frag, s.ambient + 0.1 * s.light), 0.35);
}
