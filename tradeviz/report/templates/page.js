"use strict";
(function () {
  const toggle = document.getElementById("show-code");
  const codes = document.querySelectorAll("details.code");
  if (toggle && codes.length) {
    toggle.hidden = false;
    toggle.addEventListener("click", function () {
      const show = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", String(show));
      for (const code of codes) code.open = show;
    });
  }

  for (const link of document.querySelectorAll("a.picture")) {
    link.href = link.closest("figure").querySelector("img").src;
    link.hidden = false;
  }

  // "1,234.5 %" and "−3" are numbers; what is missing sorts last, either way.
  function value(cell) {
    const text = cell.textContent.trim();
    if (/^(|-|–|—|nan|n\/a|missing)$/i.test(text)) return null;
    const number = text.replace(/[,$\s%]/g, "").replace("−", "-").replace(/^US/, "");
    return /^[-+]?\d*\.?\d+(bn|m|pp|x)?$/.test(number) ? parseFloat(number) : text;
  }

  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en");
  }

  function sort(head) {
    const body = head.closest("table").tBodies[0];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = Array.from(body.rows, (row) => [value(row.cells[head.cellIndex]), row]);
    rows.sort(function ([a], [b]) {
      if (a === null || b === null) return (a === null) - (b === null);
      return down ? compare(b, a) : compare(a, b);
    });
    for (const [, row] of rows) body.append(row);
  }

  for (const head of document.querySelectorAll("thead th")) {
    if (head.closest("table").tBodies[0].rows.length < 3) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Sort by this column";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head));
  }
})();
