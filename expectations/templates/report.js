// Search, sort and the page's language; without it the page is whole and readable, only longer to look through.
"use strict";

const both = (en, ru) => `<span lang="en">${en}</span><span lang="ru">${ru}</span>`;

for (const radio of document.querySelectorAll('input[name="language"]')) {
  const say = () => { if (radio.checked) document.documentElement.lang = radio.id; };
  radio.addEventListener("change", say);
  say();
}

// A section's rows are looked through together; groups without a match are put away, those with one are opened.
const search = (section, number) => {
  const rows = [...section.querySelectorAll("tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
  if (rows.length < 6) return;
  const groups = [...section.querySelectorAll("details")].reverse();
  const opened = new Map(groups.map((group) => [group, group.open]));
  const form = document.createElement("p");
  form.className = "search";
  form.innerHTML = `<label for="search${number}">${both("Search the rows shown", "Поиск по показанным строкам")}</label> `
    + `<input type="search" id="search${number}"> <span role="status"></span>`;
  const [field, status] = [form.querySelector("input"), form.querySelector('[role="status"]')];
  const find = () => {
    const wanted = field.value.trim().toLowerCase();
    let found = 0;
    for (const [row, text] of rows) {
      row.hidden = wanted !== "" && !text.includes(wanted);
      if (!row.hidden) found += 1;
    }
    for (const group of groups) {
      const matches = [...group.querySelectorAll("tbody tr")].some((row) => !row.hidden);
      group.hidden = wanted !== "" && !matches;
      group.open = wanted === "" ? opened.get(group) : matches;
    }
    status.innerHTML = wanted === "" ? "" : both(`${found} of ${rows.length}`, `${found} из ${rows.length}`);
  };
  let waiting;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 100); });
  section.querySelector("h2").after(form);
};
document.querySelectorAll("section[data-search]").forEach(search);

// A click on a column's head sorts; numbers as numbers, text by the rules of its language.
const value = (row, column) => row.cells[column].textContent.trim();
const plain = (text) => text.replace(/[\s\u202f%]/g, "");
const isNumber = (text) => text !== "" && !Number.isNaN(Number(text));
const order = new Intl.Collator(["ru", "en"], { numeric: true });
const sortable = (table) => {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 3) return;
  for (const head of table.querySelectorAll("thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const column = head.cellIndex;
      const rows = [...body.rows].map((row) => [row, value(row, column)]);
      rows.sort(([, a], [, b]) => {
        const [x, y] = [plain(a), plain(b)];
        const way = isNumber(x) && isNumber(y) ? Number(x) - Number(y) : order.compare(a, b);
        return down ? -way : way;
      });
      body.append(...rows.map(([row]) => row));
    });
  }
};
document.querySelectorAll("table.sorted").forEach(sortable);
