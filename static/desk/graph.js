"use strict";

// Zooms and moves the picture of links: buttons, keys, dragging, and Ctrl with the wheel. Without
// this file the whole picture is there, and so is the table below it.
const figure = document.querySelector(".desk-graph");
if (figure) {
  const svg = figure.querySelector("svg");
  const whole = { width: Number(figure.dataset.width), height: Number(figure.dataset.height) };
  const CLOSEST = 8;
  let view = { x: 0, y: 0, zoom: 1 };

  const draw = () => {
    const [width, height] = [whole.width / view.zoom, whole.height / view.zoom];
    view.x = Math.min(Math.max(view.x, 0), whole.width - width);
    view.y = Math.min(Math.max(view.y, 0), whole.height - height);
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${width} ${height}`);
  };

  // (x, y) of the picture stays where it is.
  const zoom = (by, x = view.x + whole.width / view.zoom / 2, y = view.y + whole.height / view.zoom / 2) => {
    const next = Math.min(Math.max(view.zoom * by, 1), CLOSEST);
    view.x = x - ((x - view.x) * view.zoom) / next;
    view.y = y - ((y - view.y) * view.zoom) / next;
    view.zoom = next;
    draw();
  };

  const move = (x, y) => {
    view.x += (x * whole.width) / view.zoom;
    view.y += (y * whole.height) / view.zoom;
    draw();
  };

  const acts = {
    in: () => zoom(1.5),
    out: () => zoom(1 / 1.5),
    all: () => zoom(0),
  };
  const keys = {
    "+": acts.in,
    "=": acts.in,
    "-": acts.out,
    0: acts.all,
    ArrowLeft: () => move(-0.1, 0),
    ArrowRight: () => move(0.1, 0),
    ArrowUp: () => move(0, -0.1),
    ArrowDown: () => move(0, 0.1),
  };

  const buttons = figure.querySelector(".desk-graph-buttons");
  buttons.hidden = false;
  buttons.addEventListener("click", ({ target }) => acts[target.dataset.zoom]?.());
  figure.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  // Tab leads to circles that are out of the picture while it is near.
  svg.addEventListener("focusin", ({ target }) => {
    const circle = target.querySelector("circle");
    const [x, y] = ["cx", "cy"].map((name) => Number(circle.getAttribute(name)));
    const [width, height] = [whole.width / view.zoom, whole.height / view.zoom];
    if (x >= view.x && x <= view.x + width && y >= view.y && y <= view.y + height) return;
    Object.assign(view, { x: x - width / 2, y: y - height / 2 });
    draw();
  });
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page is to be scrolled
      event.preventDefault();
      const at = svg.getScreenCTM().inverse();
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(at);
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, point.x, point.y);
    },
    { passive: false },
  );

  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && view.zoom > 1) held = { x: event.clientX, y: event.clientY, far: 0 };
  });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    const far = held.far + Math.hypot(dx, dy);
    held = { x: event.clientX, y: event.clientY, far };
    const { width, height } = svg.getBoundingClientRect();
    if (far > 4) move(-dx / width, -dy / height);
  });
  addEventListener("pointerup", () => {
    const wasDragged = held && held.far > 4;
    held = null;
    if (wasDragged) addEventListener("click", (event) => event.preventDefault(), { once: true, capture: true });
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  // The lines of the story that is pointed at, or that has the keyboard.
  const light = (number) => {
    for (const line of svg.querySelectorAll("line")) {
      line.toggleAttribute("data-lit", [line.dataset.from, line.dataset.to].includes(number));
    }
  };
  for (const kind of ["pointerover", "focusin"]) {
    svg.addEventListener(kind, ({ target }) => light(target.closest("[data-node]")?.dataset.node));
  }
}
