//! include: _noise _flow
// Abstract cloth and liquid: folded silk, poured liquid or stacked translucent waves, by seed.

float soft(vec2 p, int octaves) {
  float sum = 0.0, weight = 0.6;
  for (int i = 0; i < octaves; i++) {
    sum += weight * flow_noise(p);
    p = TURN * p * 1.93 + 5.7;
    weight *= 0.42;
  }
  return sum;
}

struct Dyes { vec3 deep; vec3 mid; vec3 pale; };

Dyes dyes() {
  float k = floor(seeded(4.0) * 5.0);
  Dyes d;
  if (k < 1.0) d = Dyes(vec3(0.020, 0.012, 0.130), vec3(0.30, 0.045, 0.52), vec3(1.0, 0.36, 0.30));
  else if (k < 2.0) d = Dyes(vec3(0.004, 0.050, 0.110), vec3(0.010, 0.32, 0.42), vec3(0.98, 0.62, 0.36));
  else if (k < 3.0) d = Dyes(vec3(0.120, 0.020, 0.050), vec3(0.78, 0.19, 0.14), vec3(1.0, 0.72, 0.48));
  else if (k < 4.0) d = Dyes(vec3(0.018, 0.040, 0.170), vec3(0.085, 0.20, 0.72), vec3(0.62, 0.85, 1.0));
  else d = Dyes(vec3(0.160, 0.105, 0.085), vec3(0.62, 0.44, 0.33), vec3(1.0, 0.90, 0.78));
  d.deep = mix(d.deep, u_color_a, u_tint);
  d.mid = mix(d.mid, u_color_b, u_tint);
  d.pale = mix(d.pale, u_color_c, u_tint);
  float pastel = max(-u_mood, 0.0);
  vec3 cream = vec3(0.92, 0.88, 0.86);
  d.deep = mix(d.deep, mix(d.mid, cream, 0.25), 0.65 * pastel) * mix(1.0, 0.45, max(u_mood, 0.0));
  d.mid = mix(d.mid, cream, 0.42 * pastel);
  d.pale = mix(d.pale, cream, 0.50 * pastel);
  vec3 frost = vec3(0.80, 0.88, 1.0);
  d.mid = mix(d.mid, frost, 0.4 * u_snow);
  d.pale = mix(d.pale, frost, 0.5 * u_snow);
  return d;
}

// The studio's lamp: its colour and strength follow the hour, its side follows the sun.
struct Lamp { vec3 toward; vec3 color; vec3 fill; };

Lamp lamp() {
  float noon = 0.5 - 0.5 * cos(TAU * u_hour / 24.0);
  float low = 1.0 - abs(2.0 * noon - 1.0);
  Lamp l;
  l.toward = normalize(vec3(u_sun.x * 1.3 - 0.15, mix(0.35, 0.75, noon), mix(0.55, 1.1, noon)));
  l.color = mix(mix(vec3(0.72, 0.84, 1.15) * 0.46, vec3(1.18, 1.14, 1.06), smoothstep(0.0, 0.8, noon)), vec3(1.35, 0.86, 0.56), 0.55 * low * low);
  l.fill = mix(vec3(0.10, 0.14, 0.24), vec3(0.42, 0.44, 0.48), noon) * mix(1.0, 1.5, u_cloud);
  l.color *= mix(1.0, 0.72, u_cloud);
  return l;
}

// Light of a dark studio with two long lamps, seen in the cloth as in a mirror.
vec3 studio(vec3 r, Lamp l) {
  float key = pow(max(dot(r, l.toward), 0.0), mix(36.0, 9.0, u_cloud));
  float strip = exp(-pow((r.x + 0.55 * sign(l.toward.x + 0.01)) * 3.6, 2.0)) * smoothstep(-0.3, 0.7, r.y);
  return l.color * (key * 1.5 + 0.30 * strip) + l.fill * 0.35 * (0.5 + 0.5 * r.y);
}

vec3 shade(vec3 dye, vec3 n, float hollow, float gloss, Lamp l) {
  float wrap = clamp(0.30 + 0.70 * dot(n, l.toward), 0.0, 1.0);
  vec3 view = vec3(0.0, 0.0, 1.0);
  float fresnel = 0.04 + 0.96 * pow(1.0 - max(n.z, 0.0), 4.0);
  vec3 body = dye * (l.color * wrap * wrap + l.fill * (0.45 + 0.55 * n.y)) * hollow;
  vec3 mirror = studio(reflect(-view, n), l);
  // Thin-film tint on the steep flanks.
  vec3 film = 0.5 + 0.5 * cos(TAU * (vec3(0.0, 0.33, 0.66) + 1.3 * n.z + 0.4 * hollow));
  return body * 1.25 + mirror * (gloss * (0.10 + fresnel) * hollow) * mix(vec3(1.0), film, 0.35) + dye * fresnel * 0.5 * l.color;
}

// A round ridge between narrow valleys, 0..1.
float fold(float x, float width) { float s = sin(x); return sqrt(s * s + width) - sqrt(width); }

// Silk: long folds that run with one direction and pinch together.
vec2 silk(vec2 p) {
  float turn = (seeded(1.0) - 0.5) * 2.2 + 0.8;
  mat2 spin = mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
  vec2 q = spin * p;
  vec2 base = vec2(seeded(2.0), seeded(3.0)) * 50.0;
  vec2 sway = 0.07 * loop_drift(seeded(5.0) * TAU);
  vec2 warp = vec2(soft(q * vec2(1.1, 0.55) + base + sway, 3), soft(q * vec2(0.9, 0.6) + base + 13.0 - sway, 3));
  float along = q.x * mix(3.6, 5.8, seeded(6.0)) + 4.2 * warp.x * mix(0.8, 1.35, u_wind) + 1.2 * sin(q.y * 1.6 + 3.0 * warp.y);
  float wide = fold(along * 0.5 + 0.15 * sin(TAU * u_phase), 0.10);
  float pinch = fold(along * 1.15 + 2.6 * warp.y + q.y * 0.9, 0.05);
  float small = fold(along * 2.6 - 4.0 * warp.x - q.y * 1.9 + 0.25 * cos(TAU * u_phase), 0.04);
  float crease = fold(along * 5.3 + 6.0 * warp.y + q.y * 3.1, 0.05);
  float taut = smoothstep(-0.25, 0.30, warp.y);
  float height = 0.150 * wide + 0.060 * pinch * (0.35 + taut) + 0.022 * small * taut + 0.006 * crease * (1.0 - taut) * wide;
  return vec2(height, 0.42 + 0.85 * warp.x + 0.25 * warp.y + 0.10 * wide);
}

// Liquid: noise bent by noise, thick and glossy.
vec2 liquid(vec2 p) {
  vec2 q = p * mix(0.75, 1.25, seeded(1.0)) + vec2(seeded(2.0), seeded(3.0)) * 50.0;
  vec2 sway = 0.08 * loop_drift(seeded(5.0) * TAU);
  vec2 a = vec2(soft(q + sway, 3), soft(q + vec2(7.1, 2.9) - sway, 3));
  vec2 b = vec2(soft(q + 1.5 * a + sway.yx, 2), soft(q + 1.5 * a + vec2(3.3, 8.2), 2));
  float h = soft(q * 0.9 + mix(1.4, 2.4, u_wind) * b, 2);
  float ridge = 0.5 + 0.5 * sin(9.0 * h + 3.0 * b.x);
  return vec2(0.17 * h + 0.040 * ridge * ridge + 0.05 * b.y, 0.45 + 1.0 * a.x + 0.9 * h);
}

vec2 relief(vec2 p, bool cloth) { return cloth ? silk(p) : liquid(p); }

vec3 draped(vec2 p, bool cloth, Dyes d, Lamp l) {
  float e = 0.0035;
  vec2 here = relief(p, cloth);
  vec2 right = relief(p + vec2(e, 0.0), cloth);
  vec2 up = relief(p + vec2(0.0, e), cloth);
  vec2 slope = vec2(right.x - here.x, up.x - here.x) / e;
  slope *= mix(1.9, 1.1, u_haze) * mix(1.0, 1.25, u_mood * 0.5 + 0.5);
  vec3 n = normalize(vec3(-slope, 1.0));
  float t = clamp(here.y + 0.12 * sin(TAU * u_phase + p.x), 0.0, 1.0);
  vec3 dye = mix(mix(d.deep, d.mid, smoothstep(0.05, 0.55, t)), d.pale, smoothstep(0.62, 1.05, t));
  float depth = cloth ? here.x / 0.20 : 0.55 + here.x * 3.6;
  float hollow = mix(0.34, 1.0, smoothstep(0.0, 0.8, depth));
  return shade(dye, n, hollow, mix(cloth ? 0.85 : 1.25, 1.9, u_rain), l);
}

// Waves: sheets of tinted glass laid over one another, each with a lit rim and a soft shadow below.
vec3 waves(vec2 p, Dyes d, Lamp l) {
  float turn = (seeded(1.0) - 0.5) * 1.3;
  p = mat2(cos(turn), sin(turn), -sin(turn), cos(turn)) * p;
  vec3 light = vec3(0.0);
  float left = 1.0;
  float pixel = 0.5 * picture_pixel();
  vec3 start = vec3(seeded(20.0), seeded(30.0), seeded(40.0));
  // Nearest sheet first, so that the many hidden ones are never worked out.
  for (int i = 8; i >= 0; i--) {
    float k = float(i), share = (k + 0.5) / 9.0;
    float run = p.x * mix(0.8, 1.5, dealt(start.x, k)) + 30.0 * dealt(start.y, 1.7 * k);
    float sway = TAU * u_phase + TAU * dealt(start.z, 2.3 * k);
    vec2 at = vec2(run + 0.10 * cos(sway), 3.0 * k + 0.15 * sin(sway));
    if (p.y > 1.25 - 1.28 * share) continue;
    float bend = soft(at, 2), lean = (soft(at + vec2(0.02, 0.0), 2) - bend) / 0.02;
    float rise = mix(0.42, 0.62, u_wind);
    float edge = 0.62 - 1.28 * share + rise * bend + 0.05 * sin(run * 1.7 + sway) - (dealt(start.x, 3.1 * k) - 0.5) * 0.1;
    float under = (edge - p.y) / sqrt(1.0 + rise * rise * lean * lean);
    float shadow = exp(-max(-under, 0.0) * 16.0) * (1.0 - smoothstep(0.0, pixel, under));
    float cover = smoothstep(-pixel, pixel, under);
    float fall = exp(-max(under, 0.0) * mix(3.4, 2.0, u_haze));
    float twist = smoothstep(-1.3, 1.1, lean * (l.toward.x >= 0.0 ? -1.0 : 1.0));
    vec3 hue = mix(mix(d.pale, d.mid, smoothstep(0.0, 0.45, share + 0.4 * bend)), d.deep, smoothstep(0.35, 1.1, share + 0.4 * bend));
    hue = mix(hue, mix(d.mid, d.pale, 0.5), 0.55 * fall * fall * twist);
    vec3 sheet = hue * (l.fill * 0.8 + l.color * (0.35 + 0.95 * fall * (0.35 + 0.65 * twist)));
    sheet += mix(d.pale, l.color, 0.5) * 0.55 * exp(-max(under, 0.0) / (0.004 + 2.0 * pixel)) * twist;
    cover *= mix(1.0, 0.88, u_haze);
    light += left * cover * sheet;
    left *= (1.0 - cover) * (1.0 - 0.42 * shadow);
    if (left < 0.01) break;
  }
  return light + left * mix(d.pale, d.mid, clamp(0.55 - 0.7 * p.y, 0.0, 1.0)) * (l.color * 0.8 + l.fill * 0.5);
}

vec3 scene(vec2 frag) {
  vec2 p = picture_point(frag);
  Dyes d = dyes();
  Lamp l = lamp();
  float look = seeded(9.0);
  vec3 light;
  if (look < 0.40) light = draped(p * 0.8, true, d, l);
  else if (look < 0.72) light = draped(p * 0.8, false, d, l);
  else light = waves(p * 0.62, d, l);
  vec3 veil = mix(d.mid, d.pale, 0.5) * (0.5 * l.color + l.fill);
  return mix(light, veil, 0.30 * u_haze * smoothstep(-1.2, 1.2, p.y + p.x * u_sun.x));
}
