//! include: _noise _flow
// A nebula: three curtains of gas and dust behind one another, each lit by one hot cluster, with stars between them.

float gas(vec2 p, int octaves) { return flow_fbm(p, octaves, 0.55); }

// Where the gas stands: a slanted band, or a shell blown open by the cluster, by seed.
float body(vec2 p, vec2 star) {
  float angle = seeded(1.0) * TAU;
  vec2 along = vec2(cos(angle), sin(angle));
  float across = dot(p - star * 0.4, vec2(-along.y, along.x));
  float band = exp(-across * across * 6.0);
  float radius = length((p - star) * mat2(along.x, -along.y, along.y, along.x) * vec2(1.0, 1.35));
  float size = mix(0.3, 0.48, seeded(2.0));
  float shell = exp(-pow((radius - size) / 0.30, 2.0));
  return mix(mix(band, shell, smoothstep(0.35, 0.65, seeded(3.0))), 0.62, 0.25 + 0.6 * seeded(7.0) * seeded(7.0));
}

// One curtain: x the gas that glows, y the dust that hides, z the light falling on it from the cluster.
vec3 curtain(vec2 p, vec2 star, vec2 warp, float layer, int octaves) {
  vec2 q = p * 1.9 + vec2(seeded(10.0 + layer), seeded(20.0 + layer)) * 60.0;
  vec2 sway = 0.05 * loop_drift(layer * 2.1) * (0.6 + u_wind);
  vec2 curl = q * 2.3 + 2.2 * warp - sway * 1.5;
  vec2 fine = vec2(flow_noise(curl) * 0.7, flow_noise(curl + 9.1) * 0.7);
  float place = body(p + 0.32 * warp + 0.10 * fine, star);
  q += (1.15 * warp + 0.5 * fine) * mix(0.9, 1.5, u_wind);
  float puff = flow_threads(q * 4.0 + 2.0 * fine, 3);
  float cloud = gas(q, octaves) + 0.10 * (puff - 0.5) + 0.30 * (flow_threads(q * 0.9 + 4.0, octaves - 1) - 0.45);
  float glow = smoothstep(-0.35, 0.85, cloud * 1.25 + 0.95 * place - 0.46 + 0.12 * u_cloud);
  vec2 dust_at = q * 0.7 + vec2(31.7, 11.0) - 0.6 * fine;
  vec2 toward = normalize(star - p + 0.0001) * 0.055;
  float coarse = gas(dust_at, 3);
  float dust = coarse + 0.13 * gas(dust_at * 8.4 + 3.0, octaves - 3) + 0.30 * (flow_threads(dust_at * 1.5 + 17.0, octaves - 2) - 0.42);
  float lit = clamp(0.42 + 3.2 * (coarse - gas(dust_at + toward, 3)) + 0.5 * cloud, 0.0, 1.3);
  dust = smoothstep(-0.02, 0.34, dust + 0.10 * (u_cloud - 0.3) - 0.05 * place) * (0.35 + 0.65 * place);
  return vec3(glow, dust, lit);
}

vec3 star_tint(float h) {
  vec3 warm = vec3(1.0, 0.62, 0.36), cold = vec3(0.55, 0.72, 1.0);
  return h < 0.3 ? mix(warm, vec3(1.0), h / 0.3) : mix(vec3(1.0), cold, (h - 0.3) / 0.7);
}

// Stars of one size class; cells are so wide that a star never leaves its own.
vec3 stars(vec2 p, float cells, float share, float radius, float power) {
  vec2 q = p * cells + vec2(seeded(40.0), seeded(41.0)) * 400.0;
  vec2 cell = floor(q);
  vec2 g = rand2(cell + 97.0 + cells);
  if (g.x > share) return vec3(0.0);
  vec2 h = rand2(cell + cells);
  vec2 d = q - cell - 0.15 - 0.7 * h;
  float pixel = cells * 0.5 * picture_pixel();
  float r = max(radius, 0.75 * pixel);
  float shine = exp(-dot(d, d) / (r * r)) * (radius * radius) / (r * r) ;
  float twinkle = 1.0 + 0.35 * sin(TAU * (u_phase * floor(1.0 + 3.0 * h.x) + g.y));
  return star_tint(g.y) * shine * twinkle * power * (0.08 + pow(g.x / share, 6.0) * 3.0);
}

// The few stars near enough to flare in the optics.
vec3 flares(vec2 p, float half_width) {
  vec3 sum = vec3(0.0);
  float pixel = 1.0 * 0.5 * picture_pixel();
  vec3 start = vec3(seeded(50.0), seeded(60.0), seeded(70.0));
  for (int i = 0; i < 7; i++) {
    float k = float(i);
    vec2 at = (vec2(dealt(start.x, k), fract(start.y + 0.5698403 * k)) - 0.5) * vec2(half_width, 1.0 / half_width);
    vec2 d = p - at;
    float size = mix(0.06, 1.0, pow(dealt(start.z, 1.7 * k), 5.0));
    float r2 = dot(d, d);
    float core = exp(-r2 / (4e-5 * size + pixel * pixel)) * 6.0;
    float halo = 0.00035 * size / (r2 + 0.0006) * exp(-r2 * 30.0);
    vec2 ray = exp(-abs(d.yx) / (0.0011 + 0.6 * pixel)) * exp(-abs(d) / (0.035 * size));
    float pulse = 1.0 + 0.15 * sin(TAU * (u_phase + dealt(start.x, 3.1 * k)));
    sum += star_tint(0.15 + 0.85 * dealt(start.y, 2.3 * k)) * size * pulse * (core + halo * 1.2 + (ray.x + ray.y) * 0.7);
  }
  return sum;
}

// Natural palettes of emission nebulae, one by seed: deep sky, gas, rim.
void natural(out vec3 deep, out vec3 mid, out vec3 rim) {
  float k = seeded(4.0) * 4.0;
  if (k < 1.0) { deep = vec3(0.010, 0.028, 0.075); mid = vec3(0.62, 0.075, 0.16); rim = vec3(1.0, 0.55, 0.38); }
  else if (k < 2.0) { deep = vec3(0.004, 0.045, 0.070); mid = vec3(0.42, 0.17, 0.05); rim = vec3(0.45, 0.95, 1.0); }
  else if (k < 3.0) { deep = vec3(0.020, 0.014, 0.090); mid = vec3(0.36, 0.09, 0.55); rim = vec3(1.0, 0.55, 0.85); }
  else { deep = vec3(0.006, 0.022, 0.080); mid = vec3(0.06, 0.22, 0.50); rim = vec3(1.0, 0.72, 0.50); }
  // The hour is the warmth of the cluster: gold at dawn and dusk, white at noon, blue by night.
  float noon = 0.5 - 0.5 * cos(TAU * u_hour / 24.0);
  float low = 1.0 - abs(2.0 * noon - 1.0);
  vec3 warmth = mix(mix(vec3(0.82, 0.92, 1.22), vec3(1.05, 1.02, 1.0), noon), vec3(1.28, 0.92, 0.62), low * 0.8);
  mid *= mix(vec3(1.0), warmth, 0.55);
  rim *= warmth;
  deep = mix(deep, u_color_a * 0.35 + 0.15 * u_color_b * u_color_b, u_tint);
  mid = mix(mid, u_color_b, u_tint);
  rim = mix(rim, u_color_c, u_tint);
}

vec3 scene(vec2 frag) {
  vec2 p = 0.5 * picture_point(frag);
  float half_width = picture_half_width();
  vec3 deep, mid, rim;
  natural(deep, mid, rim);
  vec2 star = vec2(u_sun.x * 0.6 * half_width, mix(-0.4, 0.5, seeded(5.0)) * 1.0 / half_width) * 0.5;
  float noon = 0.5 - 0.5 * cos(TAU * u_hour / 24.0);
  float power = mix(0.8, 1.1, noon) * mix(1.0, 1.2, max(u_mood, 0.0));

  float veil = 0.5 + gas(p * 1.1 + seeded(6.0) * 40.0, 3);
  vec3 light = deep * (0.15 + 1.3 * veil * veil) * mix(1.0, 1.8, max(-u_mood, 0.0));
  light += stars(p, 95.0, 0.5, 0.06, 0.35) + stars(p * TURN, 44.0, 0.45, 0.035, 0.9);

  vec2 w = p * 1.5 + vec2(seeded(10.0), seeded(20.0)) * 60.0;
  vec2 sway = 0.05 * loop_drift(0.0) * (0.6 + u_wind);
  vec2 warp = vec2(gas(w + sway, 3), gas(w + vec2(5.2, 1.3) - sway, 3));
  for (int i = 0; i < 3; i++) {
    float layer = float(i);
    vec2 q = p * (1.2 - 0.14 * layer) + 0.012 * layer * loop_drift(1.0);
    vec3 here = curtain(q, star, warp, layer, 4 + i);
    float far = length(q - star);
    float reach = power / (1.0 + 5.5 * far * far);
    float heat = clamp(1.75 * reach * here.x * (0.35 + here.z) - 0.30 - 0.12 * (1.0 - layer), 0.0, 1.0);
    vec3 hue = mix(mix(deep * 2.5, mid, smoothstep(0.05, 0.6, here.x * (0.5 + reach))), rim, heat * heat);
    vec3 glow = hue * here.x * here.x * sqrt(here.x) * (0.18 + 1.5 * reach) * (0.35 + 0.9 * here.z);
    float edge = smoothstep(0.05, 0.35, here.y) * (1.0 - smoothstep(0.4, 0.95, here.y));
    glow += mix(mid, rim, 0.5) * 0.30 * reach * here.z * here.z * edge;
    vec3 hide = exp(-(here.y * vec3(2.4, 3.1, 3.8) + 0.55 * here.x));
    light = light * hide + glow * (1.0 - 0.90 * here.y) * mix(0.85, 1.0, layer * 0.5);
    light += 0.5 * stars(p + 3.0 * layer, 52.0 - 18.0 * layer, 0.25, 0.03, 1.2);
  }
  vec2 lane = p * 1.6 + 0.9 * warp + vec2(seeded(11.0), seeded(12.0)) * 90.0;
  float veiled = gas(lane, 5) + 0.42 * (flow_threads(lane * 1.3 + 5.0, 6) - 0.4) + 0.05 * u_cloud - 0.06;
  float dark = smoothstep(0.05, 0.30, veiled);
  light *= exp(-dark * vec3(2.0, 2.5, 3.0) * (0.8 + 0.5 * max(u_mood, 0.0)));
  light += mid * 0.10 * power * smoothstep(-0.02, 0.10, veiled) * (1.0 - dark) / (1.0 + 9.0 * dot(p - star, p - star));
  float r = length(p - star);
  light += mix(mid, rim, 0.35) * power * (0.010 / (0.05 + 7.0 * r * r)) * mix(0.3, 2.2, u_haze);
  light += flares(p, half_width);
  return light * mix(1.75, 1.4, u_haze);
}
