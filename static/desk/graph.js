"use strict";

// Zooms and moves the picture of links: buttons, keys, dragging, two fingers, Ctrl with the wheel.
// Without this file the whole picture is there, and so is the table below it.
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
    svg.toggleAttribute("data-near", view.zoom > 1); // one finger moves the picture then, not the page
  };

  // (x, y) of the picture stays where it is.
  const zoom = (by, x = view.x + whole.width / view.zoom / 2, y = view.y + whole.height / view.zoom / 2) => {
    const next = Math.min(Math.max(view.zoom * by, 1), CLOSEST);
    view.x = x - ((x - view.x) * view.zoom) / next;
    view.y = y - ((y - view.y) * view.zoom) / next;
    view.zoom = next;
    draw();
  };

  // The point of the picture at this place of the window.
  const within = (x, y) => new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());

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
    const circle = target.closest("[data-node]")?.querySelector("circle");
    if (!circle) return; // the picture itself, which a press of the mouse focuses too
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
      const point = within(event.clientX, event.clientY);
      // A pinch on a trackpad is many small steps, a click of a wheel one large one.
      const step = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1);
      zoom(Math.exp(-Math.min(Math.max(step, -40), 40) / 150), point.x, point.y);
    },
    { passive: false },
  );

  // Two fingers: what is between them stays there, and comes closer as they part.
  let fingers = null;
  const between = ([one, other]) => ({
    x: (one.clientX + other.clientX) / 2,
    y: (one.clientY + other.clientY) / 2,
    apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
  });
  const here = ({ touches }) => [...touches].filter(({ target }) => svg.contains(target));
  for (const kind of ["touchstart", "touchend", "touchcancel"]) {
    svg.addEventListener(kind, (event) => {
      fingers = here(event).length === 2 ? between(here(event)) : null;
      if (fingers) held = null;
    });
  }
  svg.addEventListener(
    "touchmove",
    (event) => {
      if (!fingers) return;
      event.preventDefault();
      const before = within(fingers.x, fingers.y);
      const next = between(here(event));
      zoom(next.apart / fingers.apart, before.x, before.y);
      const after = within(next.x, next.y);
      Object.assign(view, { x: view.x + before.x - after.x, y: view.y + before.y - after.y });
      draw();
      fingers = next;
    },
    { passive: false },
  );

  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.isPrimary && event.button === 0 && view.zoom > 1) held = { x: event.clientX, y: event.clientY, far: 0 };
  });
  addEventListener("pointermove", (event) => {
    if (!held || !event.isPrimary) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    const far = held.far + Math.hypot(dx, dy);
    held = { x: event.clientX, y: event.clientY, far };
    const { width, height } = svg.getBoundingClientRect();
    if (far > 4) move(-dx / width, -dy / height);
  });
  addEventListener("pointerup", () => {
    const wasDragged = held && held.far > 4;
    held = null;
    if (!wasDragged) return;
    const stay = (event) => event.preventDefault(); // a drag that ends on a circle follows no link
    addEventListener("click", stay, true);
    setTimeout(() => removeEventListener("click", stay, true)); // a finger's drag ends in no click
  });
  addEventListener("pointercancel", () => {
    held = null;
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
