// The sky by the hour and the light it gives: sun or moon, glow, clouds, stars, haze. Needs _noise. Cameras look along +z, y is up.

struct Sky {
  vec3 to_light;   // towards the sun, by night towards the moon
  vec3 light;      // direct light on a surface that faces it, clouds already in its way
  vec3 ambient;    // light from the whole sky
  vec3 zenith;
  vec3 horizon;
  vec3 glow;       // around the sun
  vec3 haze;       // what distance fades to
  float elevation; // of the sun, degrees
  float day;       // 0 night .. 1 day
  float night;     // 0 .. 1: how much of stars and moon
};

// Degrees above the horizon: sunrise 5.9 h, sunset 19.6 h, noon 62 degrees.
float sun_elevation() {
  float from_noon = abs(mod(u_hour - 12.75 + 12.0, 24.0) - 12.0);
  return 62.0 * cos(0.5 * PI * from_noon / 6.9);
}

vec3 by_elevation(float e, vec3 night, vec3 blue, vec3 low, vec3 golden, vec3 high) {
  vec3 c = mix(night, blue, smoothstep(-17.0, -6.0, e));
  c = mix(c, low, smoothstep(-6.5, 2.0, e));
  c = mix(c, golden, smoothstep(2.0, 13.0, e));
  return mix(c, high, smoothstep(11.0, 34.0, e));
}

// across: the light's tangent to the right per unit of u_sun.x, so a scene can put it in the picture or beside it.
Sky make_sky(float across) {
  Sky s;
  float e = sun_elevation();
  s.elevation = e;
  s.day = smoothstep(-8.0, 10.0, e);
  s.night = 1.0 - smoothstep(-12.0, -5.0, e);
  float height = radians(s.night > 0.5 ? 15.0 + 8.0 * seeded(5.0) : e);
  s.to_light = normalize(vec3(u_sun.x * across, tan(height) * length(vec2(1.0, u_sun.x * across)), 1.0));
  float overcast = smoothstep(0.45, 1.0, max(u_cloud, 0.75 * max(u_rain, u_snow)));

  s.zenith = by_elevation(e, vec3(0.0030, 0.0060, 0.0180), vec3(0.026, 0.055, 0.170), vec3(0.080, 0.120, 0.310),
                          vec3(0.090, 0.195, 0.480), vec3(0.040, 0.150, 0.520));
  s.horizon = by_elevation(e, vec3(0.012, 0.021, 0.048), vec3(0.205, 0.150, 0.235), vec3(0.580, 0.235, 0.135),
                           vec3(0.640, 0.430, 0.290), vec3(0.440, 0.610, 0.840));
  s.glow = by_elevation(e, vec3(0.030, 0.040, 0.065), vec3(0.640, 0.250, 0.110), vec3(1.550, 0.540, 0.100),
                        vec3(1.400, 0.740, 0.270), vec3(0.550, 0.560, 0.560));
  s.light = by_elevation(e, vec3(0.085, 0.120, 0.210), vec3(0.100, 0.070, 0.080), vec3(2.100, 0.800, 0.240),
                         vec3(2.900, 1.780, 0.900), vec3(2.750, 2.500, 2.150));
  float drama = 1.0 - 0.38 * max(u_mood, 0.0);
  s.zenith *= drama;
  s.horizon *= mix(1.0, drama, 0.6);
  s.zenith = tinted(s.zenith, 0.30, 0.85);
  s.horizon = tinted(s.horizon, 0.75, 0.80);
  s.glow = tinted(s.glow, 0.95, 0.75);
  s.light = tinted(s.light, 0.95, 0.35);

  vec3 grey = vec3(dot(mix(s.zenith, s.horizon, 0.6), vec3(0.30, 0.45, 0.25)));
  vec3 grey_tone = tinted(grey * vec3(0.94, 1.0, 1.09), 0.55, 0.55);
  float dull = (1.0 - 0.35 * max(u_mood, 0.0)) * (1.0 - 0.35 * u_rain);
  s.zenith = mix(s.zenith, grey_tone * 0.75 * dull, 0.88 * overcast);
  s.horizon = mix(s.horizon, grey_tone * 1.15 * dull, 0.80 * overcast);
  s.glow *= 1.0 - 0.80 * overcast;
  s.light *= 1.0 - 0.88 * overcast;
  s.ambient = 0.62 * s.zenith + 0.42 * s.horizon;
  s.haze = mix(s.horizon, 0.75 * s.horizon + 0.22 * s.glow, 0.6);
  s.haze = mix(s.haze, grey_tone * 1.2, 0.35 * u_haze);
  return s;
}

// How much of the sky the haze takes at a height (ray.y).
float fog_share(float up) { return clamp(u_haze * 1.35, 0.0, 1.0) * exp(-up * mix(9.0, 0.5, sqrt(u_haze))); }

// The bare sky: gradient and glow, no disc and no clouds. Cheap: for reflections and ambient light too.
vec3 sky_gradient(Sky s, vec3 ray) {
  float up = max(ray.y, 0.0);
  float near = max(dot(ray, s.to_light), 0.0);
  vec3 c = mix(s.horizon, s.zenith, 1.0 - exp(-up * mix(3.6, 2.9, s.day)));
  float low_sun = 1.0 - smoothstep(8.0, 30.0, s.elevation);
  float band = exp(-up * mix(5.5, 9.0, low_sun));
  vec3 flat_ray = normalize(vec3(ray.x, 0.0, ray.z) + 1e-5);
  vec3 flat_light = normalize(vec3(s.to_light.x, 0.0, s.to_light.z));
  float towards = 0.5 + 0.5 * dot(flat_ray, flat_light);
  c += s.glow * band * towards * towards * towards * 0.42 * low_sun * (1.0 - s.night);
  float n4 = near * near * near * near;
  vec3 halo = mix(s.glow, vec3(0.07, 0.09, 0.13), s.night);
  c += halo * (0.14 * n4 * n4 + 0.30 * pow(near, 60.0) + 0.60 * pow(near, 420.0));
  return mix(c, s.haze, fog_share(up));
}

// Sun or moon. size 1 is as a long lens sees it.
vec3 sky_disc(Sky s, vec3 ray, float size) {
  float away = length(ray - s.to_light) / (0.030 * size);
  float veil = (1.0 - 0.97 * smoothstep(0.5, 0.9, u_cloud)) * (1.0 - 0.85 * smoothstep(0.3, 0.9, u_haze));
  if (s.night > 0.5) {
    float moon = 1.0 - smoothstep(0.92, 1.0, away / 0.9);
    float seas = value_noise(60.0 * (ray.xy - s.to_light.xy) / size + 31.0);
    return moon * veil * mix(vec3(0.55, 0.58, 0.62), vec3(1.25, 1.22, 1.12), smoothstep(0.1, 0.75, seas));
  }
  float disc = 1.0 - smoothstep(0.90, 1.04, away);
  vec3 heat = 3.0 * s.glow + vec3(2.2, 1.7, 1.1) * smoothstep(-2.0, 20.0, s.elevation) + 0.6;
  return heat * disc * veil * smoothstep(-4.0, 0.5, s.elevation);
}

vec3 sky_stars(Sky s, vec3 ray, float pixel) {
  float seen = s.night * (1.0 - smoothstep(0.35, 0.85, u_cloud)) * (1.0 - u_haze) * smoothstep(0.0, 0.22, ray.y);
  if (seen < 0.01) return vec3(0.0);
  float moonlit = 1.0 - 0.9 * smoothstep(0.90, 0.995, dot(ray, s.to_light));
  return 0.9 * seen * moonlit * star_field(ray.xy / max(ray.z, 0.2), pixel);
}

// How much cloud a ray meets, 0..1, and in y how deep in the cloud it is. detail in octaves.
vec2 cloud_cover(vec3 ray, int detail) {
  float cover = max(u_cloud, 0.7 * max(u_rain, u_snow));
  vec2 p = ray.xz / (ray.y + 0.10) * vec2(0.55, 0.80) + seeded_place(41.0);
  float shape = looped_fbm(p, detail, 0.10 + 0.22 * u_wind);
  float floor_level = mix(0.66, 0.20, cover);
  float body = smoothstep(floor_level, floor_level + mix(0.24, 0.36, cover), shape);
  float seen = smoothstep(0.0, 0.10, ray.y) * smoothstep(0.0, 0.12, cover);
  return vec2(body * seen, smoothstep(floor_level, floor_level + 0.5, shape));
}

// Lays the clouds over a sky colour: thick ones dark inside, thin ones lit by what stands behind them.
vec3 with_clouds(Sky s, vec3 ray, vec3 behind, int detail) {
  if (ray.y < 0.001 || u_cloud + u_rain + u_snow < 0.02) return behind;
  vec2 c = cloud_cover(ray, detail);
  vec3 stepped = normalize(ray + 0.10 * (s.to_light - ray * dot(ray, s.to_light)) + vec3(0.0, 0.02, 0.0));
  float shade = c.y - cloud_cover(stepped, min(detail, 3)).y;
  float near = max(dot(ray, s.to_light), 0.0);
  float storm = max(u_rain, 0.6 * max(u_mood, 0.0) * u_cloud);
  vec3 dark = 0.42 * s.ambient + 0.24 * s.horizon;
  vec3 bright = s.ambient + 0.26 * s.light + 0.30 * s.glow * (0.25 + near * near);
  float lit = clamp(0.62 + 2.4 * shade - 0.62 * c.y, 0.0, 1.0);
  vec3 cloud = mix(dark, bright, lit * lit * (3.0 - 2.0 * lit)) * mix(1.0, mix(0.66, 0.36, c.y), storm);
  cloud += s.glow * pow(near, 24.0) * (1.0 - c.y) * 0.9;
  cloud = mix(behind, cloud, smoothstep(0.0, 0.22, ray.y) * 0.6 + 0.4);
  return mix(behind, cloud, c.x * 0.94 * (1.0 - fog_share(ray.y)));
}

// All of it. pixel: a pixel's width as a tangent.
vec3 sky_full(Sky s, vec3 ray, float pixel) {
  vec3 c = sky_gradient(s, ray) + sky_stars(s, ray, pixel) + sky_disc(s, ray, 1.0);
  return with_clouds(s, ray, c, 6);
}

// Fades far things into the haze; reach is the distance at which clear air has taken about two thirds.
vec3 with_distance(Sky s, vec3 light, vec3 ray, float away, float reach) {
  float near = max(dot(ray, s.to_light), 0.0);
  float air = 1.0 - exp(-away / (reach * mix(1.0, 0.10, sqrt(u_haze))));
  float towards = 0.5 + 0.5 * dot(ray.xz, normalize(s.to_light.xz));
  vec3 veil = mix(0.58 * s.horizon + 0.42 * s.zenith, s.haze, max(towards * towards * towards, u_haze));
  veil += s.glow * 0.35 * pow(near, 8.0) * (1.0 - 0.6 * u_haze);
  return mix(light, veil, air);
}

// The same hour with the light from over the viewer's shoulder, for scenes whose slopes would otherwise show only their shadow side.
Sky lit_from_behind(Sky s) {
  float flat_length = length(s.to_light.xz);
  float side = u_sun.x < 0.0 ? -1.0 : 1.0;
  vec2 along = normalize(vec2(side * (0.75 + 0.55 * abs(u_sun.x)), -0.62));
  s.to_light = vec3(along.x * flat_length, s.to_light.y, along.y * flat_length);
  return s;
}
