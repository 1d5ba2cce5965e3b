"use strict";
// Every table marked as sortable gets a button in each heading; without scripts the tables stay as they are.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const sort = (heading, column) => {
    const falling = heading.getAttribute("aria-sort") === "ascending";
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const rows = [...body.rows].map((row) => [value(row, column), row]);
    rows.sort(([one], [other]) => {
      const [a, b] = [Number(one), Number(other)];
      if (one !== "" && other !== "" && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
      return one.localeCompare(other, undefined, { numeric: true });
    });
    if (falling) rows.reverse();
    body.append(...rows.map(([, row]) => row));
  };
  headings.forEach((heading, column) => {
    if (heading.dataset.fixed !== undefined) return;
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Sort by this column";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading, column));
    heading.append(button);
  });
}
