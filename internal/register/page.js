
"use strict";
(() => {
  const form = document.getElementById("filter"), table = document.getElementById("entries");
  const body = table.tBodies[0], rows = [...body.rows];
  const shown = document.getElementById("shown"), nothing = document.getElementById("nothing");
  const text = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const of = (name) => form.elements[name].value;
    const words = of("text").toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const ok = (!of("kind") || of("kind") === row.dataset.kind) && (!of("state") || of("state") === row.dataset.state) &&
        (!of("used") || row.dataset.used.split(" ").includes(of("used"))) && words.every((word) => text.get(row).includes(word));
      row.hidden = !ok;
      n += ok;
    }
    nothing.hidden = n > 0;
    shown.textContent = n === rows.length ? `All ${n} rows are shown.` : `${n} of ${rows.length} rows are shown.`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sorted = rows.map((row, at) => [row.cells[i].textContent, at, row]);
      sorted.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1) || a[1] - b[1]);
      body.append(...sorted.map((entry) => entry[2]));
    });
  });
  const folded = [...table.querySelectorAll("details")];
  let open = [];
  addEventListener("beforeprint", () => { open = folded.filter((d) => !d.open); open.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => open.forEach((d) => { d.open = false; }));
  form.hidden = false;
  filter();
})();
