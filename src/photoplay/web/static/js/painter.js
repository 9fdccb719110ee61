// Paints one scene with WebGL2: compiles its source once, sets uniforms by name, measures how long a frame takes.

const VERTEX = `#version 300 es
void main() { gl_Position = vec4(4.0 * float(gl_VertexID % 2) - 1.0, 4.0 * float(gl_VertexID / 2) - 1.0, 0.0, 1.0); }`;

export function painterOn(canvas) {
  // Kept after it was shown, so that what is seen can be read back and compared.
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: false, depth: false, preserveDrawingBuffer: true, powerPreference: "high-performance" });
  if (!gl) return null;
  gl.bindVertexArray(gl.createVertexArray());
  const painter = { gl, canvas, programs: new Map(), renderer: rendererOf(gl) };
  painter.parallel = gl.getExtension("KHR_parallel_shader_compile");
  return painter;
}

function rendererOf(gl) {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const full = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  if (/swiftshader/i.test(full)) return "SwiftShader, no GPU";
  if (/llvmpipe/i.test(full)) return "llvmpipe, no GPU";
  const inside = full.match(/ANGLE \([^,]*, ?([^,(]+)/);
  return (inside ? inside[1] : full).trim().slice(0, 40);
}

// The compiled scene. Waits without blocking where the browser can compile beside the page.
export async function prepare(painter, name, fragment) {
  if (painter.programs.has(name)) return painter.programs.get(name);
  const { gl } = painter;
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  while (painter.parallel && !gl.isContextLost() && !gl.getProgramParameter(program, painter.parallel.COMPLETION_STATUS_KHR)) await new Promise(requestAnimationFrame);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    const why = gl.getAttachedShaders(program).map((shader) => gl.getShaderInfoLog(shader)).join("\n");
    throw new Error(`The scene "${name}" does not compile here: ${why || gl.getProgramInfoLog(program)}`);
  }
  const scene = { program, places: new Map() };
  painter.programs.set(name, scene);
  return scene;
}

export function paint(painter, scene, uniforms) {
  const { gl, canvas } = painter;
  gl.viewport(0, 0, canvas.width, canvas.height);
  gl.useProgram(scene.program);
  for (const [name, value] of Object.entries({ ...uniforms, u_resolution: [canvas.width, canvas.height] })) {
    if (!scene.places.has(name)) scene.places.set(name, gl.getUniformLocation(scene.program, name));
    const place = scene.places.get(name);
    if (place === null) continue;
    if (!Array.isArray(value)) gl.uniform1f(place, value);
    else if (value.length === 2) gl.uniform2fv(place, value);
    else gl.uniform3fv(place, value);
  }
  gl.drawArrays(gl.TRIANGLES, 0, 3);
}

// Paints, and tells after how many milliseconds the frame was really there. The page is not held up meanwhile.
export async function timed(painter, scene, uniforms) {
  const { gl } = painter;
  const from = performance.now();
  paint(painter, scene, uniforms);
  await painted(gl);
  return performance.now() - from;
}

// Resolves when everything asked of the context so far is done.
async function painted(gl) {
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  while (!gl.isContextLost() && gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) await new Promise((done) => setTimeout(done, 2));
  gl.deleteSync(fence);
}

export function letGo(painter) {
  painter.gl.getExtension("WEBGL_lose_context")?.loseContext();
}
