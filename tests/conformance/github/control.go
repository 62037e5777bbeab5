package github

import (
	"encoding/json"
	"net/http"
	"time"
)

// Control is by what another process steers a Server: what was asked, what goes
// wrong, how runs stand.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	show := func(w http.ResponseWriter, value any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(value)
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { show(w, map[string]string{"url": s.URL()}) })
	mux.HandleFunc("GET /requests", func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.Query().Get("path"); path != "" {
			show(w, notNil(s.To(path)))
			return
		}
		show(w, notNil(s.Requests()))
	})
	mux.HandleFunc("DELETE /requests", func(http.ResponseWriter, *http.Request) { s.Forget() })
	mux.HandleFunc("GET /runs", func(w http.ResponseWriter, _ *http.Request) { show(w, notNil(s.Runs())) })
	mux.HandleFunc("POST /runs", take(func(run Run) error {
		s.Conclude(run.ID, run.Status, run.Conclusion)
		return nil
	}))
	mux.HandleFunc("POST /faults", take(func(faults []Fault) error {
		s.Fail(faults...)
		return nil
	}))
	mux.HandleFunc("DELETE /faults", func(http.ResponseWriter, *http.Request) { s.Mend() })
	mux.HandleFunc("POST /refuse", take(func(asked struct {
		For Duration `json:"for"`
	}) error {
		s.Refuse(time.Duration(asked.For))
		return nil
	}))
	return mux
}

// take reads a JSON value and does something with it.
func take[T any](do func(T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var value T
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&value)
		if err == nil {
			err = do(value)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}
}

// notNil makes no values an empty list.
func notNil[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}
