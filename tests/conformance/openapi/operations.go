// Package openapi holds requests against descriptions of APIs.
package openapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Operation is one method of one path.
type Operation struct {
	*openapi3.Operation
	path   *regexp.Regexp
	names  []string
	method string
	route  *routers.Route
}

// New is an operation of which no more is known than its path and its name.
func New(template, method string, o *openapi3.Operation) Operation {
	pattern, names := matcher(template, o)
	return Operation{Operation: o, path: pattern, names: names, method: method}
}

// Operations gives all of a description.
func Operations(api *openapi3.T) []Operation {
	var all []Operation
	for template, item := range api.Paths.Map() {
		for method, o := range item.Operations() {
			one := New(template, method, o)
			one.route = &routers.Route{Spec: api, Path: template, PathItem: item, Method: method, Operation: o}
			all = append(all, one)
		}
	}
	return all
}

var parameter = regexp.MustCompile(`\\\{(\w+)\\\}`)

// matcher gives the expression that the paths of an operation match. Only a
// parameter that is marked so has slashes in it.
func matcher(template string, o *openapi3.Operation) (*regexp.Regexp, []string) {
	var names []string
	pattern := parameter.ReplaceAllStringFunc(regexp.QuoteMeta(template), func(part string) string {
		name := parameter.FindStringSubmatch(part)[1]
		names = append(names, name)
		if p := o.Parameters.GetByInAndName("path", name); p != nil && p.Extensions["x-multi-segment"] == true {
			return "(.+)"
		}
		return "([^/]+)"
	})
	return regexp.MustCompile("^" + pattern + "$"), names
}

// Find gives the operation that a method and a path mean, and the parameters in
// that path, both escaped; nothing where there is none.
func Find(operations []Operation, method, path string) (Operation, map[string]string, bool) {
	for _, o := range operations {
		if match := o.path.FindStringSubmatch(path); match != nil && o.method == method {
			values := map[string]string{}
			for i, name := range o.names {
				values[name] = match[i+1]
			}
			return o, values, true
		}
	}
	return Operation{}, nil, false
}

// Described says whether more than its path is known of an operation.
func (o Operation) Described() bool { return o.route != nil }

// Validate holds a request against all that the description says of it.
func (o Operation) Validate(r *http.Request, body []byte, parameters map[string]string) []error {
	again := r.Clone(r.Context())
	again.Body = io.NopCloser(bytes.NewReader(body))
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: again, PathParams: parameters, Route: o.route,
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	if err == nil {
		return nil
	}
	var many openapi3.MultiError
	if !errors.As(err, &many) {
		many = openapi3.MultiError{err}
	}
	return many
}
