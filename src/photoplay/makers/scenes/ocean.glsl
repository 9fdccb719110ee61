//! include: _noise _sky _weather
// Open sea to the horizon. Waves: sums of sharpened sines dragged along their slope (technique: afl_ext, MIT); small ones end where a pixel cannot show them.

const float LENS = 1.5;

float sea_height() { return mix(0.10, 2.1, u_wind * u_wind * 0.7 + u_wind * 0.3); }
float sea_scale() { return mix(1.5, 0.26, sqrt(u_wind)); }

// x: height 0..about 1, yz: slope. footprint: the smallest length worth drawing, in metres.
vec3 waves(vec2 p, int count, float footprint) {
  float heading = 1.57 + (seeded(11.0) - 0.5) * 1.5;
  float wave_number = sea_scale();
  float weight = 1.0;
  float total = 0.0;
  vec3 sum = vec3(0.0);
  for (int i = 0; i < 22; i++) {
    if (i >= count) break;
    float n = float(i);
    float fade = smoothstep(0.6, 2.4, 1.0 / (wave_number * footprint));
    if (fade <= 0.0) { total += weight; break; }
    float angle = heading + sin(n * 2.399 + 1.3) * (0.45 + 0.06 * n);
    vec2 along = vec2(cos(angle), sin(angle));
    float cycles = floor(1.0 + 1.5 * sqrt(wave_number));
    float x = dot(along, p) * wave_number + TAU * u_phase * cycles + n * 4.71 + TAU * seeded(20.0 + n);
    float crest = exp(sin(x) - 1.0);
    float slope = crest * cos(x);
    p -= along * slope * weight * 0.30 / sea_scale();
    sum += fade * weight * vec3(crest - 0.45, slope * wave_number * along);
    total += weight;
    weight *= 0.79;
    wave_number *= 1.24;
  }
  return vec3(0.45 + sum.x / 4.2, sum.yz / 4.2);
}

// Distance along the ray to the water; the surface lies between y = -top and 0.
float reach_water(vec3 eye, vec3 ray, float top, float pixel) {
  float near = eye.y / -ray.y;
  float far = (eye.y + top) / -ray.y;
  if (near > 140.0) return mix(near, far, 0.5);
  float t = near;
  for (int i = 0; i < 14; i++) {
    vec3 p = eye + ray * t;
    float gap = p.y - (waves(p.xz, 7, pixel * t * 2.0).x - 1.0) * top;
    if (gap < 0.004 * t) break;
    t += gap / (-ray.y + 0.32);
    if (t > far) return far;
  }
  return t;
}

// A headland on the horizon: x how much of it covers this pixel, y the light on its slopes. Not every sea has one.
vec2 headland(vec2 p, float horizon, float roll) {
  if (seeded(30.0) > 0.6) return vec2(0.0);
  float side = seeded(31.0) < 0.5 ? -1.0 : 1.0;
  float x = p.x * side / picture_half_width();
  float rise = smoothstep(mix(-0.1, 0.6, seeded(32.0)), 1.15, x);
  vec2 place = vec2(p.x * 4.3 + seeded(34.0) * 50.0, 7.0);
  float ridge = rise * (0.10 + 0.22 * seeded(33.0)) * (0.30 + 0.85 * fbm(place, 6));
  float away = p.y - horizon + roll * p.x;
  float cover = smoothstep(-picture_pixel(), picture_pixel(), ridge - away) * step(0.002, ridge);
  float gully = fbm(vec2(p.x * 11.0 + away * 6.0, away * 17.0) + place, 4);
  return vec2(cover, smoothstep(0.25, 0.75, gully) * (0.4 + 0.6 * away / max(ridge, 0.001)));
}

vec3 mirrored_sky(Sky s, vec3 ray) { return with_clouds(s, ray, sky_gradient(s, ray), 2); }

vec3 water(Sky s, vec3 eye, vec3 ray, float pixel) {
  float top = sea_height();
  float t = reach_water(eye, ray, top, pixel);
  vec3 p = eye + ray * t;
  float footprint = pixel * t * inversesqrt(max(-ray.y, 0.02)) * 0.7;
  vec3 w = waves(p.xz, 22, footprint);
  float calm_far = 1.0 / (1.0 + t * 0.010);
  vec2 slope = w.yz * top * (0.35 + 0.65 * calm_far);
  if (u_rain > 0.02) {
    vec2 drops = vec2(looped_fbm(p.xz * 7.0, 3, 0.6), looped_fbm(p.zx * 7.0 + 31.0, 3, 0.6)) - 0.5;
    slope += drops * 0.55 * u_rain * exp(-t * 0.12);
  }
  vec3 normal = normalize(vec3(-slope.x, 1.0, -slope.y));
  float facing = max(dot(normal, -ray), 0.0);
  float fresnel = 0.02 + 0.98 * pow(1.0 - facing, 5.0) * mix(0.86, 0.62, u_wind);
  vec3 bounced = reflect(ray, normal);
  float spread = (1.0 - calm_far) * (0.04 + 0.10 * u_wind);
  bounced = normalize(vec3(bounced.x, abs(bounced.y) + spread, bounced.z));
  vec3 mirror = mirrored_sky(s, bounced);

  float gloss = mix(900.0, 120.0, clamp(footprint * 1.5 + 0.25 * u_wind, 0.0, 1.0));
  float sparkle = max(dot(bounced, s.to_light), 0.0);
  vec3 sunlight = s.light * (1.0 - 0.9 * smoothstep(0.4, 0.9, u_cloud)) * smoothstep(0.0, 0.05, s.to_light.y + 0.02);
  mirror += sunlight * (pow(sparkle, gloss) * gloss * 0.010 + pow(sparkle, 40.0) * 0.16);

  vec3 deep = tinted(vec3(0.004, 0.028, 0.046), 0.12, 0.9) * (0.25 + 1.6 * luminance(s.ambient) + 0.10 * luminance(s.light));
  vec3 thin = tinted(vec3(0.020, 0.170, 0.165), 0.55, 0.9) * (s.ambient + 0.16 * s.light);
  float crest = clamp(w.x + 0.05, 0.0, 1.2);
  float through = pow(clamp(dot(ray, s.to_light), 0.0, 1.0), 4.0);
  vec3 body = deep + thin * crest * crest * (0.30 + 0.9 * through) * (0.25 + 0.75 * facing);
  vec3 light = mix(body, mirror, fresnel);

  float white = smoothstep(0.30, 1.0, u_wind);
  if (white > 0.0) {
    float patches = looped_fbm(p.xz * vec2(0.5, 0.9), 3, 0.2);
    float lace = looped_fbm(p.xz * 2.6 + 3.0 * patches, 5, 0.25);
    float web = 1.0 - smoothstep(0.0, 0.16, abs(lace - 0.5));
    float thick = smoothstep(0.60, 1.05, w.x + 0.9 * (patches - 0.5));
    float foam = thick * smoothstep(0.62 - 0.5 * thick, 0.95, web + 0.35 * thick) + 0.16 * web * web * smoothstep(0.45, 0.8, patches) * u_wind;
    foam *= white * exp(-t * 0.004);
    light = mix(light, (s.ambient * 0.95 + 0.25 * s.light * max(dot(normal, s.to_light), 0.0)) * 0.9, clamp(foam, 0.0, 1.0) * 0.85);
  }
  return with_distance(s, light, ray, t, 900.0);
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag);
  float half_height = 1.0 / picture_half_width();
  float horizon = mix(-0.30, 0.34, seeded(1.0)) * half_height;
  float roll = (seeded(2.0) - 0.5) * 0.03 * u_wind;
  Sky s = make_sky(picture_half_width() * 0.85 / LENS);
  vec3 ray = normalize(vec3(p.x, p.y - horizon + roll * p.x, LENS));
  vec3 eye = vec3(seeded_place(3.0).x, 1.1 + 1.5 * seeded(4.0) + 0.7 * sea_height(), seeded_place(3.0).y);
  float pixel = picture_pixel() / LENS;
  vec3 light;
  if (ray.y > 0.0) {
    light = sky_full(s, ray, pixel);
    vec2 land = headland(p, horizon, roll);
    if (land.x > 0.0) {
      vec3 rock = tinted(vec3(0.050, 0.052, 0.048), 0.15, 0.8) * (s.ambient * 1.2 + 0.10 * s.light) * (0.45 + 0.9 * land.y);
      light = mix(light, with_distance(s, rock, ray, 900.0, 2200.0), land.x);
    }
  } else {
    light = water(s, eye, ray, pixel);
  }
  float seam = exp(-abs(ray.y) / (0.0015 + 0.05 * u_haze));
  light = mix(light, mix(light, s.haze, 0.55), seam * (ray.y > 0.0 ? 0.6 : 0.9));
  return graded(with_weather(light, frag, s.ambient + 0.1 * s.light), 0.35);
}
