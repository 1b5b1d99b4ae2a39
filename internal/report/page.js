
"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const articles = [...document.querySelectorAll("article.policy")].map((element) => ({
    element,
    policy: element.dataset.policy,
    findings: [...element.querySelectorAll(".finding")].map((f) => ({
      element: f, data: f.dataset, text: (element.dataset.policy + " " + f.textContent).toLowerCase(),
    })),
  }));
  const total = articles.reduce((n, a) => n + a.findings.length, 0);
  const shown = document.getElementById("shown"), nothing = document.getElementById("nothing");
  const value = (name) => (form.elements[name] ? form.elements[name].value : "");
  const within = (folder, above) => folder === above || folder.startsWith(above + "/");
  const filter = () => {
    const classes = new Set([...form.querySelectorAll("[name=class]:checked")].map((box) => box.value));
    const words = value("text").toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const article of articles) {
      let any = false;
      for (const { element, data, text } of article.findings) {
        const ok = classes.has(data.class) && (!value("policy") || value("policy") === article.policy) &&
          (!value("level") || value("level") === data.level) && (!value("source") || value("source") === data.source) &&
          (!value("stack") || value("stack") === data.stack) && (!value("detector") || value("detector") === data.detector) &&
          (!value("sample") || value("sample") === data.sample) && (!value("folder") || within(data.folder, value("folder"))) && words.every((word) => text.includes(word));
        element.hidden = !ok;
        any = any || ok;
        n += ok;
      }
      article.element.hidden = !any;
    }
    nothing.hidden = n > 0;
    shown.textContent = n === total ? `Showing all ${total} findings.` : `Showing ${n} of ${total} findings.`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
