// Hatched and dotted fills, so that areas differ without colour. Patterns are made once per look.
const made = new Map();

function pattern(key, size, draw) {
  if (made.has(key)) return made.get(key);
  const ratio = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(size * ratio);
  const context = canvas.getContext("2d");
  context.scale(canvas.width / size, canvas.height / size);
  draw(context, size);
  const result = context.createPattern(canvas, "repeat");
  made.set(key, result);
  return result;
}

export function hatch(colour, { tint = "transparent", mirrored = false, width = 1.6, size = 9 } = {}) {
  return pattern(`hatch ${colour} ${tint} ${mirrored} ${width} ${size}`, size, (context) => {
    context.fillStyle = tint;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift, mirrored ? 0 : size);
      context.lineTo(shift + size, mirrored ? size : 0);
    }
    context.stroke();
  });
}

export function dots(colour, tint = "transparent") {
  return pattern(`dots ${colour} ${tint}`, 10, (context) => {
    context.fillStyle = tint;
    context.fillRect(0, 0, 10, 10);
    context.fillStyle = colour;
    context.beginPath();
    context.arc(3, 3, 1.3, 0, 2 * Math.PI);
    context.arc(8, 8, 1.3, 0, 2 * Math.PI);
    context.fill();
  });
}
