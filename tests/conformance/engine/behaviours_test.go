package engine

import (
	"net/http"
	"strings"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
)

// advice is what a message must tell a person to check, by status.
type advice int

const (
	adviseNothing advice = iota
	adviseToken
	adviseAccess
	adviseRef
)

// behaviour is one way in which GitHub may answer a dispatch, and what must
// come of it.
type behaviour struct {
	name   string
	script script
	// requests is how often the dispatch must be sent; 0 stands for "until
	// errorThreshold", and polled for "until retry.timeout".
	requests int
	status   kargoapi.PromotionStepStatus
	// says must be part of the message, beside what every refusal must say.
	says   string
	advice advice
}

const (
	untilThreshold = 0
	polled         = -1
)

// behaviours is the matrix of issue 3.
func behaviours() []behaviour {
	const (
		failed    = kargoapi.PromotionStepStatusFailed
		errored   = kargoapi.PromotionStepStatusErrored
		succeeded = kargoapi.PromotionStepStatusSucceeded
	)
	limited := func(headers ...string) answer {
		return says(http.StatusForbidden, "API rate limit exceeded for user ID 1.", headers...)
	}
	return []behaviour{
		{name: "204", script: always(noContent), requests: 1, status: succeeded},
		{name: "200 with run details", script: always(runDetails), requests: 1, status: succeeded},
		{name: "401", script: always(says(401, "Bad credentials")), requests: 1, status: failed,
			says: "Bad credentials", advice: adviseToken},
		{name: "403", script: always(says(403, "Resource not accessible by personal access token")), requests: 1,
			status: failed, says: "Resource not accessible by personal access token", advice: adviseAccess},
		{name: "403 with budget left", requests: 1, status: failed, says: "no access", advice: adviseAccess,
			script: always(says(403, "no access", "X-RateLimit-Remaining", "4999"))},
		{name: "404", script: always(says(404, "Not Found")), requests: 1, status: failed,
			says: "Not Found", advice: adviseAccess},
		{name: "404 as HTML", script: always(htmlPage(404)), requests: 1, status: failed, advice: adviseAccess},
		{name: "404 as a JSON list", script: always(jsonBody(404, `["Not Found"]`)), requests: 1, status: failed,
			advice: adviseAccess},
		{name: "404 as text", script: always(typed("text/plain", 404, "not here")), requests: 1, status: failed,
			advice: adviseAccess},
		{name: "400", script: always(says(400, "Problems parsing JSON")), requests: 1, status: failed,
			says: "Problems parsing JSON"},
		{name: "410 with no message", script: always(jsonBody(410, `{}`)), requests: 1, status: failed},
		{name: "422", script: always(says(422, "No ref found for: nowhere")), requests: 1, status: failed,
			says: "No ref found for: nowhere", advice: adviseRef},
		{name: "422 with a message that is no string", script: always(jsonBody(422, `{"message":["a",1]}`)),
			requests: 1, status: failed, advice: adviseRef},

		{name: "403 with Retry-After, then 204", script: times(1, limited("Retry-After", "60")), requests: 2, status: succeeded},
		{name: "403 with no budget left, then 204", script: times(1, limited("X-RateLimit-Remaining", "0")), requests: 2,
			status: succeeded},
		{name: "403 that says rate limit, then 204", requests: 2, status: succeeded,
			script: times(1, says(403, "You have exceeded a secondary rate limit."))},
		{name: "408, then 204", script: times(1, says(408, "Request Timeout")), requests: 2, status: succeeded},
		{name: "429, then 204", script: times(1, says(429, "Too Many Requests", "Retry-After", "1")), requests: 2,
			status: succeeded},
		{name: "500 twice, then 204", script: times(2, says(500, "Server Error")), requests: 3, status: succeeded},
		{name: "502 as HTML twice, then 204", script: times(2, htmlPage(502)), requests: 3, status: succeeded},
		{name: "503 with no body, then 204", script: times(1, typed("", 503, "")), requests: 2, status: succeeded},
		{name: "403 rate limit for ever", script: always(limited("X-RateLimit-Remaining", "0")), requests: polled,
			status: errored, says: "timed out after"},
		{name: "500 for ever", script: always(says(500, "Server Error")), requests: polled, status: errored,
			says: "timed out after"},

		{name: "hangs once, then 204", script: times(1, hang), requests: 2, status: succeeded},
		{name: "hangs for ever", script: always(hang), requests: untilThreshold, status: errored, says: "met error threshold"},
		{name: "cuts the connection once, then 204", script: times(1, cut), requests: 2, status: succeeded},
		{name: "cuts the connection for ever", script: always(cut), requests: untilThreshold, status: errored,
			says: "met error threshold"},
	}
}

// patience gives how often a behaviour needs the dispatch to be tried again
// after an error of the network; a dispatch that allows fewer ends before.
func (b behaviour) patience() int {
	if strings.Contains(b.name, "once") {
		return 2
	}
	return 0
}
