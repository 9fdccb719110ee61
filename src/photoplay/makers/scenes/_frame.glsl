// The frame of every scene: the uniforms, the palette tools and the film curve. A scene returns linear light; what the eye gets is made here.

uniform vec2 u_resolution;
uniform float u_phase;
uniform float u_seed;
uniform vec3 u_color_a;
uniform vec3 u_color_b;
uniform vec3 u_color_c;
uniform float u_tint;
uniform float u_hour;
uniform vec2 u_sun;
uniform float u_haze;
uniform float u_cloud;
uniform float u_rain;
uniform float u_snow;
uniform float u_wind;
uniform float u_mood;

out vec4 fragColor;

const float PI = 3.14159265;
const float TAU = 6.28318531;

vec3 scene(vec2 frag);

float luminance(vec3 light) { return dot(light, vec3(0.2126, 0.7152, 0.0722)); }

// Centre is (0, 0); the area stays the same at any aspect, so a 21:9 and a 9:16 picture show equally much.
vec2 picture_point(vec2 frag) { return (2.0 * frag - u_resolution) / sqrt(u_resolution.x * u_resolution.y); }

// Half the width of the picture in picture_point units.
float picture_half_width() { return sqrt(u_resolution.x / u_resolution.y); }

// A pixel's width in picture_point units.
float picture_pixel() { return 2.0 / sqrt(u_resolution.x * u_resolution.y); }

// The palette as a ramp: 0 shadows, 0.5 body, 1 highlights.
vec3 palette(float tone) {
  float t = clamp(tone, 0.0, 1.0) * 2.0;
  return t < 1.0 ? mix(u_color_a, u_color_b, t) : mix(u_color_b, u_color_c, t - 1.0);
}

// Gives light the palette's hue at a tone and keeps most of its brightness; does nothing where the words name no colour.
vec3 tinted(vec3 light, float tone, float amount) {
  vec3 wanted = palette(tone) + 0.004;
  float own = luminance(light);
  float brightness = mix(own, sqrt(own * luminance(wanted)), 0.35);
  vec3 hued = wanted * min(brightness / luminance(wanted), 2.5 * (own + 0.05) / max(max(wanted.r, wanted.g), wanted.b));
  return mix(light, hued, clamp(u_tint * amount, 0.0, 1.0));
}

// A light grade of the finished picture by its own brightness.
vec3 graded(vec3 light, float amount) {
  float own = luminance(light);
  return tinted(light, sqrt(own / (own + 0.45)), amount);
}

float frame_hash(uvec2 v, uint salt) {
  uint h = v.x * 0x9E3779B1u ^ v.y * 0x85EBCA77u ^ salt * 0xC2B2AE3Du;
  h ^= h >> 15u;
  h *= 0x2C1B3C6Du;
  h ^= h >> 12u;
  h *= 0x297A2D39u;
  h ^= h >> 15u;
  return float(h >> 8u) / 16777216.0;
}

// Exposure, a toe and an exponential shoulder per channel, so that bright colours burn out towards white as on film.
vec3 film_curve(vec3 light) {
  vec3 x = max(light, vec3(0.0));
  x = mix(x, vec3(luminance(x)), 0.05 + 0.10 * smoothstep(0.6, 4.0, luminance(x)));
  vec3 toe = x * (x + 0.010) / (x + 0.042);
  return 1.0 - exp(-1.42 * toe);
}

vec3 srgb_encoded(vec3 c) { return mix(12.92 * c, 1.055 * pow(max(c, vec3(1e-6)), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }

// Dramatic deepens shadows and colours, calm lifts and softens them; both in display space, where the eye judges contrast.
vec3 moody(vec3 c) {
  float drama = max(u_mood, 0.0);
  float calm = max(-u_mood, 0.0);
  vec3 steep = c * c * (3.0 - 2.0 * c);
  c = mix(c, steep, 0.55 * drama);
  c = mix(vec3(luminance(c)), c, 1.0 + 0.10 * drama - 0.16 * calm);
  return mix(c, 0.14 + 0.84 * c, 0.62 * calm);
}

vec3 finish(vec3 light) {
  vec2 q = gl_FragCoord.xy / u_resolution - 0.5;
  float vignette = 1.0 - (0.42 + 0.4 * max(u_mood, 0.0) - 0.25 * max(-u_mood, 0.0)) * dot(q, q);
  vec3 c = moody(srgb_encoded(film_curve(light * vignette)));
  uvec2 pixel = uvec2(gl_FragCoord.xy);
  vec3 dither = vec3(frame_hash(pixel, 1u), frame_hash(pixel, 2u), frame_hash(pixel, 3u)) - 0.5;
  return clamp(c + dither / 255.0, 0.0, 1.0);
}

void main() { fragColor = vec4(finish(scene(gl_FragCoord.xy)), 1.0); }
