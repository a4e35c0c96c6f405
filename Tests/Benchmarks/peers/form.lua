-- wrk sends each request of a list once: a line holds the session's cookie and the body, or "?" and the query of what is asked
-- for. What it measured is printed as JSON.
-- Without a list it asks for one page, as a browser does that has no cookie yet or the one that it is given.
-- Arguments: user agent, list, origin, cookie.
local threads = {}
local requests = {}
local sent = 0
exhausted = 0

function setup(thread)
    table.insert(threads, thread)
end

function init(arguments)
    local browser = {
        ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        ["Accept-Language"] = "en-IN,en;q=0.9",
        ["Sec-Fetch-Dest"] = "document", ["Sec-Fetch-Mode"] = "navigate", ["Sec-Fetch-Site"] = "same-origin",
        ["User-Agent"] = arguments[1],
    }
    if arguments[2] == "" then
        if arguments[4] ~= "" then browser["Cookie"] = arguments[4] end
        requests[0] = wrk.format("GET", nil, browser)
        return
    end
    for line in io.lines(arguments[2]) do
        local session, rest = line:match("^(%S*) (.*)$")
        browser["Cookie"] = "icegate_session=" .. session
        if rest:sub(1, 1) == "?" then
            table.insert(requests, wrk.format("GET", wrk.path .. rest, browser))
        else
            browser["Content-Type"] = "application/x-www-form-urlencoded"
            browser["Origin"] = arguments[3]
            table.insert(requests, wrk.format("POST", nil, browser, rest))
        end
    end
end

function request()
    if requests[0] then return requests[0] end
    sent = sent + 1
    if requests[sent] then return requests[sent] end
    exhausted = 1
    wrk.thread:stop()
    return wrk.format("GET", "/healthz")
end

function done(summary, latency)
    local missing = 0
    for _, thread in ipairs(threads) do missing = missing + thread:get("exhausted") end
    local errors = summary.errors
    print(string.format(
        '{"requests": %d, "seconds": %f, "median": %f, "p99": %f, "broken": %d, "exhausted": %d}',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.timeout, missing))
end
