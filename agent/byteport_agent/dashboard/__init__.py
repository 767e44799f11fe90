"""What a browser gets: pages, styles and modules, served as they are by `gateway.pages`.

index.html, overview.js     what is there now: `devices` of `tile`s with `sparkline`s, what is wrong
                            (`problems`), `outputs`, and the log (`messages`)
field.html, field.js        one field over time: `view` is the time shown, `series` its values,
                            `picture` what of it is drawn, by `plotly_chart`, or by `line_chart`
                            where plotly is not installed; `value_table` has it in words
login.html, login.js        the password
gateway.js, live.js         questions to the gateway's API, and what it tells without being asked
times.js, units.js, axes.js, dom.js    texts of times and values, round numbers, elements
base.css, overview.css, field.css      `base` has the colours, and the steps of size and space

No build, no framework, nothing inline. Whatever a device sends becomes text, never markup: `dom`
makes every element, and knows no other way.
"""
