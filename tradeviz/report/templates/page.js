"use strict";
(function () {
  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // A page that lies alone has no neighbours, and may not ask. Who came from one has them.
  const SET = "#~";
  const named = all("a[href]").filter((link) => /^[\w.-]+\.html$/.test(link.getAttribute("href")));
  for (const link of named) link.href += SET;
  if (location.hash === SET) {
    for (const place of all("[data-page]")) {
      if (!/^[\w.-]+\.html$/.test(place.dataset.page)) continue;
      const link = document.createElement("a");
      link.href = place.dataset.page + SET;
      link.append(...place.childNodes);
      place.replaceWith(link);
    }
  }

  const toggle = one("#show-code");
  if (toggle && one("div.code")) {
    toggle.hidden = false;
    toggle.addEventListener("click", function () {
      const shown = document.body.classList.toggle("with-code");
      toggle.setAttribute("aria-pressed", String(shown));
    });
  }

  for (const button of all("button.unfold")) {
    button.addEventListener("click", function () {
      const folded = one("table", button.parentNode).classList.toggle("folded");
      button.setAttribute("aria-expanded", String(!folded));
      const rows = one("tbody", button.parentNode).rows.length;
      button.textContent = folded ? "Show all " + rows + " rows" : "Show fewer rows";
    });
  }

  // A table of many columns is no table on a phone, and none may be wider than its box.
  function fit() {
    for (const table of all(".scroll > table")) {
      const box = table.parentNode, narrow = innerWidth <= 640;
      table.classList.remove("stacked");
      const wide = box.scrollWidth > box.clientWidth + 1;
      table.classList.toggle("stacked", wide || (narrow && table.classList.contains("stack")));
    }
  }

  // "1,234.5 %", "−3" and "$9 m" are numbers; what is missing sorts last, either way.
  function value(cell) {
    const text = cell.textContent.trim();
    if (/^(|-|–|—|nan|n\/a|missing)$/i.test(text)) return null;
    const number = text.replace(/[,$\s%†]/g, "").replace("−", "-").replace(/^US/, "");
    const [, amount, unit] = /^([-+]?\d*\.?\d+)(bn|m|pp|x)?$/.exec(number) || [];
    return amount ? amount * ({ bn: 1e9, m: 1e6 }[unit] || 1) : text;
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
    const classes = Array.from(body.rows, (row) => row.className);
    const rows = Array.from(body.rows, (row) => [value(row.cells[head.cellIndex]), row]);
    rows.sort(function ([a], [b]) {
      if (a === null || b === null) return (a === null) - (b === null);
      return down ? compare(b, a) : compare(a, b);
    });
    rows.forEach(function ([, row], place) {
      row.className = classes[place];
      body.append(row);
    });
  }

  for (const head of all("thead th")) {
    if (head.closest(".brief") || head.closest("table").tBodies[0].rows.length < 3) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Sort by this column";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head));
  }

  fit();
  addEventListener("resize", fit);

  // The drawing with its words, in the colours of paper, for a file.
  function drawing(figure) {
    const copy = one(".tv-wide svg", figure).cloneNode(true);
    const [, , width, height] = copy.getAttribute("viewBox").split(" ").map(Number);
    const size = width / 55;
    const lines = [];
    const add = function (text, bold) {
      const most = Math.floor(width / (size * 0.52));
      for (const line of text.match(new RegExp("\\S.{0," + most + "}(?=\\s|$)", "g")) || [])
        lines.push([line, bold]);
    };
    add(one(".title", figure).textContent, true);
    add(one(".subtitle", figure).textContent, false);
    const above = lines.length;
    add(one(".source", figure).textContent, false);
    const top = (above + 0.8) * size * 1.5, full = height + (lines.length + 1.6) * size * 1.5;
    lines.forEach(function ([text, bold], place) {
      const line = document.createElementNS(copy.namespaceURI, "text");
      line.setAttribute("y", (place < above ? -top : height - top + (above + 0.8) * size * 1.5)
        + (place < above ? place + 1 : place - above + 1) * size * 1.5);
      line.setAttribute("x", 6);
      line.setAttribute("font-size", size);
      line.setAttribute("fill", "#1a1a1f");
      if (bold) line.setAttribute("font-weight", "bold");
      line.textContent = text;
      copy.append(line);
    });
    copy.setAttribute("viewBox", [0, -top, width, full].join(" "));
    copy.setAttribute("width", width);
    copy.setAttribute("height", full);
    const text = new XMLSerializer().serializeToString(copy);
    return [text.replace(/var\(--tv-[\w-]+,\s*(#[0-9a-f]{6})\)/g, "$1"), width, full];
  }

  function save(link, href) {
    const other = document.createElement("a");
    other.download = link.download;
    other.href = href;
    other.click();
  }

  function paint(link, figure) {
    const [text, width, height] = drawing(figure);
    const address = "data:image/svg+xml," + encodeURIComponent(text);
    if (link.download.endsWith(".svg")) return save(link, address);
    const image = new Image();
    image.onload = function () {
      const canvas = document.createElement("canvas");
      canvas.width = width * 2;
      canvas.height = height * 2;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(link, canvas.toDataURL("image/png"));
    };
    image.src = address;
  }

  for (const link of all("a.picture")) {
    const figure = link.closest("figure"), image = one("img", figure);
    link.hidden = false;
    link.href = image ? image.src : "#" + figure.id;
    if (image) continue;
    link.addEventListener("click", function (event) {
      event.preventDefault();
      paint(link, figure);
    });
  }
})();
