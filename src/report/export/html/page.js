"use strict";
// Sorts tables by the column whose heading is pressed; the page is complete without.
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (body.rows.length < 2 || !head.textContent) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.title = "Sort by " + head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const isDown = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      const keys = [...body.rows].map((row, at) => {
        const text = row.cells[column].textContent.trim();
        return { row, at, text, number: text === "" ? NaN : Number(text) };
      });
      const sign = isDown ? -1 : 1;
      const compare = (a, b) => {
        // Rows without a figure stay at the end.
        if ((a.text === "") !== (b.text === "")) return a.text === "" ? 1 : -1;
        const isNumber = !Number.isNaN(a.number) && !Number.isNaN(b.number);
        const order = isNumber ? a.number - b.number : a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
        return sign * order || a.at - b.at;
      };
      body.append(...keys.sort(compare).map((key) => key.row));
    });
  });
}
