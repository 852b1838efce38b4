"use strict";

// A click on the picture says what every cut of it must keep; the two numbers can be typed as well.
document.addEventListener("DOMContentLoaded", () => {
  const picture = document.querySelector(".desk-preview");
  const x = document.getElementById("id_focal_x");
  const y = document.getElementById("id_focal_y");
  if (!picture || !x || !y) return;
  const frame = document.createElement("div");
  const point = document.createElement("span");
  frame.className = "desk-focal";
  picture.replaceWith(frame);
  frame.append(picture, point);

  const draw = () => {
    point.style.insetInlineStart = `${x.value * 100}%`;
    point.style.insetBlockStart = `${y.value * 100}%`;
  };
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    x.value = ((event.clientX - box.left) / box.width).toFixed(2);
    y.value = ((event.clientY - box.top) / box.height).toFixed(2);
    draw();
  });
  for (const number of [x, y]) number.addEventListener("input", draw);
  draw();
});
