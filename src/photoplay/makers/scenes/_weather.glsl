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
  p.x += 0.035 * sin(TAU * (u_phase + 0.37 * salt) + 2.3 * p.y) + p.y * (0.08 + 0.45 * u_wind);
  vec2 turned = vec2(0.995 * p.x - 0.0998 * p.y, p.y) * columns;
  float lane = floor(turned.x);
  vec2 grid = turned + vec2(0.0, 9.0 * rand1(vec2(lane, salt)) + u_phase * cycles);
  vec2 cell = vec2(lane + salt * 131.0, mod(floor(grid.y) + 4096.0 * cycles, cycles * 1.0) + cycles * floor(7.0 * seeded(salt)));
  vec3 r = rand3(cell);
  float size = blur * mix(0.35, 1.0, r.z * r.z);
  float away = length(fract(grid) - size - (1.0 - 2.0 * size) * r.xy);
  float chance = step(fract(r.x * 7.31 + r.y * 3.7), 0.12 + 0.42 * u_snow);
  return smoothstep(size, 0.15 * size, away) * chance * mix(1.0, 0.45, r.z);
}

// Draws what falls over the finished light of a scene. air: light in the air, so drops shine as the place does.
vec3 with_weather(vec3 light, vec2 frag, vec3 air) {
  vec2 p = picture_point(frag);
  if (u_rain > 0.02) {
    float fall = 0.9 * rain_layer(p, 26.0, 9.0, 1.0) + 0.7 * rain_layer(p, 44.0, 11.0, 2.0) + 0.5 * rain_layer(p, 70.0, 13.0, 3.0);
    light = mix(light, air, 0.10 * u_rain) + fall * 0.16 * (0.35 * air + 0.25 * light + 0.01) * (0.5 + u_rain);
  }
  if (u_snow > 0.02) {
    float fall = 0.30 * snow_layer(p, 2.3, 4.0, 1.0, 0.12) + 0.55 * snow_layer(p, 5.3, 5.0, 2.0, 0.13)
               + 0.70 * snow_layer(p, 10.7, 7.0, 3.0, 0.16) + 0.65 * snow_layer(p, 19.3, 9.0, 4.0, 0.20) + 0.45 * snow_layer(p, 34.0, 11.0, 5.0, 0.26);
    light = mix(light, air, 0.12 * u_snow);
    light = mix(light, 1.25 * air + 0.03, clamp(fall, 0.0, 1.0) * 0.75);
  }
  return light;
}
