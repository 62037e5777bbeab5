// Package github stands for GitHub's API, and is as strict: every request is
// held against GitHub's own description of the API, and against repositories,
// refs, workflow files and tokens, which are real files in a folder.
package github

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options says what a Server stands for.
type Options struct {
	// Description is whose API it is; without one only the world is asked.
	Description *Description
	World       *World
	// Base is what all paths begin with: /api/v3 for GitHub Enterprise Server.
	Base string
	// Address to listen on, 127.0.0.1:0 if nothing is said.
	Address string
}

// Request is one request as it came, and what became of it.
type Request struct {
	// N counts the requests with this method and path, from 1.
	N       int         `json:"n"`
	At      time.Time   `json:"at"`
	Method  string      `json:"method"`
	Path    string      `json:"path"`
	Query   string      `json:"query,omitempty"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body,omitempty"`
	// Operation is GitHub's name for what is asked; nothing where it means none.
	Operation string `json:"operation,omitempty"`
	// Wrong is what the description has against it.
	Wrong []string `json:"wrong,omitempty"`
	// Status is what GitHub answers; Fault came in its place.
	Status int    `json:"status,omitempty"`
	Fault  string `json:"fault,omitempty"`
	// Answer is the body of GitHub's answer if that is an error.
	Answer string `json:"answer,omitempty"`
	// Run is the run that it started.
	Run int64 `json:"run,omitempty"`
}

// Server answers as GitHub does.
type Server struct {
	options Options
	address string
	closed  chan struct{}

	mutex     sync.Mutex
	listening *http.Server
	requests  []Request
	counts    map[string]int
	faults    []Fault
	runs      []Run
	outcome   Run
	// outcomes are those of single repositories.
	outcomes map[string]Run
	// reopen is set while the listener is closed on purpose.
	reopen *time.Timer
	// held keeps the port from others while nobody listens there.
	held io.Closer
}

// Start begins to listen.
func Start(options Options) (*Server, error) {
	if options.Address == "" {
		options.Address = "127.0.0.1:0"
	}
	address, held, err := hold(options.Address)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		_ = held.Close()
		return nil, err
	}
	s := &Server{options: options, address: address, held: held, closed: make(chan struct{}),
		counts: map[string]int{}, outcome: Run{Status: "queued"}, outcomes: map[string]Run{}}
	s.serve(listener)
	return s, nil
}

func (s *Server) serve(listener net.Listener) {
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.mutex.Lock()
	s.listening = server
	s.mutex.Unlock()
	go func() { _ = server.Serve(listener) }()
}

// URL is where the API begins.
func (s *Server) URL() string { return "http://" + s.address + s.options.Base }

// Close ends it, and every request that hangs.
func (s *Server) Close() {
	close(s.closed)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.reopen != nil {
		s.reopen.Stop()
	}
	_ = s.listening.Close()
	_ = s.held.Close()
}

// Refuse closes the listener for a time, so that connections are refused, and
// cuts those that are open.
func (s *Server) Refuse(duration time.Duration) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	_ = s.listening.Close()
	if s.reopen != nil {
		s.reopen.Stop()
	}
	s.reopen = time.AfterFunc(duration, s.open)
}

// hold takes an IPv4 address for as long as what it gives is open. It never
// listens, so that connections are refused as long as nobody else does; port 0
// is given to nobody else meanwhile, and who names the port may listen there.
func hold(address string) (string, io.Closer, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return "", nil, err
	}
	if !at.Addr().Is4() {
		return "", nil, fmt.Errorf("%s is no address of IPv4", address)
	}
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return "", nil, os.NewSyscallError("socket", err)
	}
	syscall.CloseOnExec(socket)
	held := os.NewFile(uintptr(socket), address)
	fail := func(call string, err error) (string, io.Closer, error) {
		_ = held.Close()
		return "", nil, fmt.Errorf("%s: %w", address, os.NewSyscallError(call, err))
	}
	// Go's listeners share an address too, as long as only one of them listens.
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return fail("setsockopt", err)
	}
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}); err != nil {
		return fail("bind", err)
	}
	bound, err := syscall.Getsockname(socket)
	if err != nil {
		return fail("getsockname", err)
	}
	port := bound.(*syscall.SockaddrInet4).Port
	return netip.AddrPortFrom(at.Addr(), uint16(port)).String(), held, nil
}

// open listens again at the same address, and waits for it if need be.
func (s *Server) open() {
	for {
		listener, err := net.Listen("tcp", s.address)
		if err == nil {
			s.serve(listener)
			return
		}
		select {
		case <-s.closed:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Fail adds faults; the first one that a request meets is what happens.
func (s *Server) Fail(faults ...Fault) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.faults = append(s.faults, faults...)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.faults = nil
}

// Requests gives the requests so far in the order of their arrival.
func (s *Server) Requests() []Request {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.requests)
}

// To gives the requests for one path.
func (s *Server) To(path string) []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return r.Path != path })
}

// Forget clears the record of requests, and counts from 1 again.
func (s *Server) Forget() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests, s.counts = nil, map[string]int{}
}

// ServeHTTP keeps the request and answers it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	record := Request{At: time.Now(), Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Headers: r.Header.Clone(), Body: string(body)}
	answer, c := s.judge(r, record.Path, body, &record)

	s.mutex.Lock()
	key := record.Method + " " + record.Path
	s.counts[key]++
	record.N = s.counts[key]
	var fault *Fault
	for _, f := range s.faults {
		if f.meets(record.Method, record.Path, record.N) {
			fault, record.Fault = &f, f.kind()
			break
		}
	}
	index := len(s.requests)
	s.requests = append(s.requests, record)
	s.mutex.Unlock()

	// reply does what is asked, and puts into the record what came of it.
	reply := func(w http.ResponseWriter) {
		if answer == nil {
			answer = s.do(c)
		}
		s.mutex.Lock()
		if index < len(s.requests) {
			s.requests[index].Status, s.requests[index].Run = answer.status, answer.run
			if answer.status >= 400 {
				s.requests[index].Answer = string(answer.body)
			}
		}
		s.mutex.Unlock()
		answer.write(w, r, record, s.options.Description)
	}
	if fault == nil {
		reply(w)
		return
	}
	if fault.Accept {
		reply(discard{http.Header{}})
	}
	if !fault.answer(w, r, s.closed) {
		reply(w)
	}
}

// judge says what the description has against a request; the answer is nil where
// that is nothing.
func (s *Server) judge(r *http.Request, path string, body []byte, record *Request) (*answer, *call) {
	rest, ok := strings.CutPrefix(path, s.options.Base)
	if !ok {
		record.Wrong = []string{"404 Not Found"}
		return failure(http.StatusNotFound, "Not Found"), nil
	}
	description := s.options.Description
	if description == nil {
		description = undescribed()
	}
	c, wrong := description.check(r, rest, body)
	if c != nil {
		record.Operation = c.operation
	}
	for _, w := range wrong {
		record.Wrong = append(record.Wrong, fmt.Sprintf("%d %s", w.status, w.message))
	}
	if len(wrong) > 0 {
		return failure(wrong[0].status, wrong[0].message), c
	}
	return nil, c
}

// answer is what GitHub says.
type answer struct {
	status int
	kind   string
	body   []byte
	run    int64
}

func failure(status int, message string) *answer {
	return &answer{status: status, kind: "application/json; charset=utf-8", body: []byte(errorBody(message))}
}

// write sends the answer with the headers that GitHub sends.
func (a *answer) write(w http.ResponseWriter, r *http.Request, record Request, d *Description) {
	h := w.Header()
	h.Set("X-GitHub-Request-Id", fmt.Sprintf("%X", record.At.UnixNano()))
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	version := r.Header.Get("X-GitHub-Api-Version")
	if version == "" {
		version = oldestVersion
	}
	h.Set("X-GitHub-Api-Version-Selected", version)
	if d == nil || !strings.HasPrefix(d.Name, "ghes-") {
		// GitHub Enterprise Server has rate limits off unless asked.
		h.Set("X-RateLimit-Limit", strconv.Itoa(rateLimit))
		h.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, rateLimit-record.N)))
		h.Set("X-RateLimit-Used", strconv.Itoa(record.N))
		h.Set("X-RateLimit-Reset", strconv.FormatInt(record.At.Add(time.Hour).Unix(), 10))
		h.Set("X-RateLimit-Resource", "core")
	}
	if a.kind != "" {
		h.Set("Content-Type", a.kind)
	}
	w.WriteHeader(a.status)
	_, _ = io.Copy(w, bytes.NewReader(a.body))
}

// rateLimit is how many requests a token has in an hour.
const rateLimit = 5000

// discard is where an answer goes that is lost.
type discard struct{ header http.Header }

func (d discard) Header() http.Header            { return d.header }
func (d discard) Write(body []byte) (int, error) { return len(body), nil }
func (d discard) WriteHeader(int)                {}
