// Rain and snow between the eye and the scene, in picture space. Needs _noise. Falls in whole cycles, so a loop closes.

float rain_layer(vec2 p, float columns, float cycles, float salt) {
  p.x += p.y * (0.06 + 0.20 * u_wind);
  vec2 grid = vec2(p.x * columns, p.y * columns * 0.085);
  float column = floor(grid.x);
  float start = rand1(vec2(column, salt));
  float along = grid.y + start * 7.0 + u_phase * cycles;
  float row = mod(floor(along), cycles);
  vec2 r = rand2(vec2(column + salt * 57.0, row + u_seed));
  vec2 f = vec2(fract(grid.x) - 0.2 - 0.6 * r.x, fract(along));
  float streak = smoothstep(0.10, 0.0, abs(f.x)) * smoothstep(0.0, 0.25, f.y) * smoothstep(0.62, 0.25, f.y);
  return streak * step(r.y, 0.50 * u_rain + 0.1);
}

float snow_layer(vec2 p, float columns, float cycles, float salt, float blur) {
  p += vec2(0.030 * sin(TAU * (u_phase + 0.37 * salt) + 2.3 * p.y), 0.0);
  p.x += p.y * 0.35 * u_wind;
  vec2 grid = p * columns + vec2(salt * 3.7, u_phase * cycles);
  vec2 cell = vec2(floor(grid.x), mod(floor(grid.y), cycles * 8.0));
  cell.y = mod(floor(grid.y) + 4096.0, cycles);
  float lane = rand1(vec2(floor(grid.x), salt));
  vec2 r = rand2(cell + vec2(salt * 31.0, u_seed));
  float away = length(fract(grid) - 0.25 - 0.5 * r);
  return smoothstep(blur, 0.25 * blur, away) * step(fract(r.x * 7.0 + lane), 0.15 + 0.75 * u_snow);
}

// Draws what falls over the finished light of a scene. air: light in the air, so drops shine as the place does.
vec3 with_weather(vec3 light, vec2 frag, vec3 air) {
  vec2 p = picture_point(frag);
  if (u_rain > 0.02) {
    float fall = 0.9 * rain_layer(p, 26.0, 9.0, 1.0) + 0.7 * rain_layer(p, 44.0, 11.0, 2.0) + 0.5 * rain_layer(p, 70.0, 13.0, 3.0);
    light = mix(light, air, 0.10 * u_rain) + fall * 0.16 * (0.35 * air + 0.25 * light + 0.01) * (0.5 + u_rain);
  }
  if (u_snow > 0.02) {
    float fall = 0.40 * snow_layer(p, 5.0, 4.0, 1.0, 0.11) + 0.65 * snow_layer(p, 11.0, 5.0, 2.0, 0.13)
               + 0.75 * snow_layer(p, 21.0, 7.0, 3.0, 0.17) + 0.6 * snow_layer(p, 37.0, 9.0, 4.0, 0.22);
    light = mix(light, 1.25 * air + 0.03, clamp(fall, 0.0, 1.0) * 0.75);
  }
  return light;
}
