package github

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Fault is a way in which GitHub, or what stands before it, goes wrong.
type Fault struct {
	// Path is whose requests meet it: a path, escaped as it is sent and without
	// query, or the beginning of paths with * for the rest; nothing means all.
	Path string `json:"path,omitempty"`
	// Method is nothing for all.
	Method string `json:"method,omitempty"`
	// From and To are the first and the last such request that meets it, counted
	// from 1 for each method and path. Nothing means the first and no last.
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`

	// Wait is how long to wait first.
	Wait Duration `json:"wait,omitzero"`
	// Accept does what the request asks for, and only then loses the answer.
	Accept bool `json:"accept,omitempty"`
	// Cut closes the connection instead of an answer.
	Cut bool `json:"cut,omitempty"`
	// Hang answers nothing until the client gives up.
	Hang bool `json:"hang,omitempty"`
	// Status is answered, with Headers and Body. A nil Body is GitHub's error
	// object with Message.
	Status  int               `json:"status,omitempty"`
	Message string            `json:"message,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    *string           `json:"body,omitempty"`
}

// Duration is a length of time that JSON has as Go prints it.
type Duration time.Duration

// MarshalJSON writes it as Go prints it.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(d).String())
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Duration) UnmarshalJSON(text []byte) error {
	var plain string
	if err := json.Unmarshal(text, &plain); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(plain)
	*d = Duration(parsed)
	return err
}

// meets says whether the nth request for a method and path meets the fault.
func (f Fault) meets(method, path string, n int) bool {
	if f.Method != "" && f.Method != method {
		return false
	}
	if prefix, open := strings.CutSuffix(f.Path, "*"); f.Path != "" && f.Path != path && !(open && strings.HasPrefix(path, prefix)) {
		return false
	}
	return n >= f.From && (f.To == 0 || n <= f.To)
}

// kind is the word for it in the record.
func (f Fault) kind() string {
	what := "wait"
	switch {
	case f.Cut:
		what = "cut"
	case f.Hang:
		what = "hang"
	case f.Status != 0:
		what = fmt.Sprint(f.Status)
	}
	if f.Accept {
		what = "accepted, then " + what
	}
	return what
}

// answer is what happens in the place of an answer; false where GitHub's own
// answer follows.
func (f Fault) answer(w http.ResponseWriter, r *http.Request, closed <-chan struct{}) bool {
	rest := func(d time.Duration) {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		case <-closed:
		}
	}
	rest(time.Duration(f.Wait))
	switch {
	case f.Cut:
		if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = connection.Close()
		}
	case f.Hang:
		rest(time.Hour)
	case f.Status != 0:
		kind, body := "application/json; charset=utf-8", ""
		if f.Body != nil {
			body = *f.Body
		} else {
			body = errorBody(f.Message)
		}
		w.Header().Set("Content-Type", kind)
		for name, value := range f.Headers {
			w.Header().Set(name, value)
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, body)
	default:
		return false
	}
	return true
}

// errorBody is GitHub's usual error object.
func errorBody(message string) string {
	text, err := json.Marshal(map[string]string{"message": message, "documentation_url": "https://docs.github.com/rest"})
	if err != nil {
		return "{}"
	}
	return string(text)
}
