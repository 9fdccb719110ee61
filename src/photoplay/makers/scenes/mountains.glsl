//! include: _noise _sky _weather _alps
// Alpine ranges with snow, forest and valley mist.

const float LENS = 1.6;

vec3 scene(vec2 frag) {
  g_place = seeded_place(1.0);
  g_lake = vec3(0.0);
  g_bend = 0.5 * (seeded(3.0) - 0.5);
  vec2 p = picture_point(frag);
  float half_height = 1.0 / picture_half_width();
  Sky s = make_sky(picture_half_width() * 0.85 / LENS);
  bool behind = seeded(7.0) < 0.5 || s.elevation > 14.0;
  if (behind && s.night < 0.5) s = lit_from_behind(s);
  float tilt = mix(0.04, 0.34, seeded(8.0)) * half_height;
  vec3 ray = normalize(vec3(p.x, p.y + tilt, LENS));
  vec3 eye = vec3(0.10 * sin(TAU * u_phase), mix(0.45, 1.15, seeded(4.0)), 0.0);
  eye.y = max(eye.y, ground(eye.xz, 5) + 0.30);
  float pixel = picture_pixel() / LENS;
  float t = reach_ground(eye, ray, pixel, REACH);
  vec3 light;
  if (t < 0.0) {
    light = sky_full(s, ray, pixel);
  } else {
    light = lit_ground(s, eye, ray, t, pixel);
    vec3 mist = mix(s.haze, s.ambient * 1.1 + 0.10 * s.light, 0.35);
    light = mix(light, mist, valley_mist(eye, ray, t));
    light = with_distance(s, light, ray, t, 48.0);
  }
  return graded(with_weather(light, frag, s.ambient + 0.1 * s.light), 0.35);
}
