package engine

import (
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"image-factory/conformance/expect"
	"image-factory/conformance/github"
)

// advice is what a message must tell a person to check, by status.
type advice int

const (
	adviseNothing advice = iota
	adviseToken
	adviseAccess
	adviseRef
)

// end is what becomes of a dispatch.
type end int

const (
	// taken: GitHub starts a run.
	taken end = iota
	// refused: GitHub says no, and nobody asks again.
	refused
	// givenUp: the dispatch was tried until retry.timeout or errorThreshold.
	givenUp
)

// behaviour is one way in which GitHub, or what is between, may answer a
// dispatch, and what must come of it.
type behaviour struct {
	name   string
	faults []github.Fault
	// requests is how often the dispatch must be sent; 0 stands for "again and
	// again".
	requests int
	// runs is how many builds GitHub starts, if that is not one for what is taken
	// and none for the rest.
	runs int
	ends end
	// says must be part of the message, beside what every refusal must say.
	says   string
	advice advice
	// hangs says that requests must run into their timeout.
	hangs bool
	// errors is how many errors of the network come one after the other.
	errors int
	// always says that it is met even where only values are new.
	always bool
	// outage closes the port for a time before anything is sent.
	outage time.Duration
}

// behaviours gives those that a Stage is to meet: all of them, but for the
// fixtures whose author expects nothing of them, which differ in their values.
func (s subject) behaviours() []behaviour {
	all := table()
	if !testing.Short() && (s.expected != nil || os.Getenv(expect.FixturesVariable) == "") {
		return all
	}
	return slices.DeleteFunc(all, func(b behaviour) bool { return !b.always })
}

// table is the table of faults.
func table() []behaviour {
	limited := func(headers ...string) github.Fault {
		return says(http.StatusForbidden, "API rate limit exceeded for user ID 1.", headers...)
	}
	faults := func(all ...github.Fault) []github.Fault { return all }
	empty := ""
	cut, hang := github.Fault{Cut: true}, github.Fault{Hang: true}
	return []behaviour{
		{name: "204", always: true, requests: 1},
		{name: "200 with run details", requests: 1, faults: faults(first(1, github.Fault{Accept: true, Status: 200,
			Body: new(`{"workflow_run_id":1,"run_url":"https://example.com/1"}`)}))},
		{name: "401", faults: faults(says(401, "Bad credentials")), requests: 1, ends: refused,
			says: "Bad credentials", advice: adviseToken},
		{name: "403", faults: faults(says(403, "Resource not accessible by personal access token")), requests: 1,
			ends: refused, says: "Resource not accessible by personal access token", advice: adviseAccess},
		{name: "403 with budget left", requests: 1, ends: refused, says: "no access", advice: adviseAccess,
			faults: faults(says(403, "no access", "X-RateLimit-Remaining", "4999"))},
		{name: "404", always: true, faults: faults(says(404, "Not Found")), requests: 1, ends: refused, says: "Not Found", advice: adviseAccess},
		{name: "404 as HTML", faults: faults(htmlPage(404)), requests: 1, ends: refused, advice: adviseAccess},
		{name: "404 as a JSON list", faults: faults(typed("application/json", 404, `["Not Found"]`)), requests: 1, ends: refused,
			advice: adviseAccess},
		{name: "404 as text", faults: faults(typed("text/plain", 404, "not here")), requests: 1, ends: refused, advice: adviseAccess},
		{name: "400", faults: faults(says(400, "Problems parsing JSON")), requests: 1, ends: refused, says: "Problems parsing JSON"},
		{name: "410 with no message", faults: faults(typed("application/json", 410, `{}`)), requests: 1, ends: refused},
		{name: "422", faults: faults(says(422, "No ref found for: nowhere")), requests: 1, ends: refused,
			says: "No ref found for: nowhere", advice: adviseRef},
		{name: "422 with a message that is no string", faults: faults(typed("application/json", 422, `{"message":["a",1]}`)),
			requests: 1, ends: refused, advice: adviseRef},

		{name: "403 with Retry-After, then 204", faults: faults(first(1, limited("Retry-After", "60"))), requests: 2},
		{name: "403 with no budget left, then 204", faults: faults(first(1, limited("X-RateLimit-Remaining", "0"))), requests: 2},
		{name: "403 that says rate limit, then 204", requests: 2,
			faults: faults(first(1, says(403, "You have exceeded a secondary rate limit.")))},
		{name: "408, then 204", faults: faults(first(1, says(408, "Request Timeout"))), requests: 2},
		{name: "429, then 204", always: true, faults: faults(first(1, says(429, "Too Many Requests", "Retry-After", "1"))), requests: 2},
		{name: "429, then 404", requests: 2, ends: refused, says: "Not Found", advice: adviseAccess,
			faults: faults(first(1, says(429, "Too Many Requests")), says(404, "Not Found"))},
		{name: "500 twice, then 204", faults: faults(first(2, says(500, "Server Error"))), requests: 3},
		{name: "502 as HTML twice, then 204", faults: faults(first(2, htmlPage(502))), requests: 3},
		{name: "503 with no body, then 204", always: true, faults: faults(first(1, github.Fault{Status: 503, Body: &empty})), requests: 2},
		{name: "403 rate limit for ever", faults: faults(limited("X-RateLimit-Remaining", "0")), ends: givenUp, says: "timed out after"},
		{name: "500 for ever", faults: faults(says(500, "Server Error")), ends: givenUp, says: "timed out after"},

		{name: "hangs once, then 204", faults: faults(first(1, hang)), requests: 2, hangs: true, errors: 1},
		{name: "hangs for ever", faults: faults(hang), ends: givenUp, hangs: true, errors: 1},
		{name: "cuts the connection once, then 204", always: true, faults: faults(first(1, cut)), requests: 2, errors: 1},
		{name: "cuts the connection five times, then 204", faults: faults(first(5, cut)), requests: 6, errors: 5},
		{name: "cuts the connection for ever", faults: faults(cut), ends: givenUp, says: "met error threshold", errors: 1},
		{name: "refuses connections for a time, then 204", always: true, outage: 200 * time.Millisecond, requests: 1, errors: 10},
		// GitHub starts a run, and nobody can know: one build too many, but no more.
		{name: "accepts, cuts the connection, then 204", requests: 2, runs: 2, errors: 1,
			faults: faults(first(1, github.Fault{Accept: true, Cut: true}))},
		{name: "accepts, answers 502, then 204", requests: 2, runs: 2,
			faults: faults(first(1, github.Fault{Accept: true, Status: 502}))},
		{name: "accepts, hangs, then 204", requests: 2, runs: 2, hangs: true, errors: 1,
			faults: faults(first(1, github.Fault{Accept: true, Hang: true}))},
	}
}
