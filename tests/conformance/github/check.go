package github

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"image-factory/conformance/openapi"
)

// refusal is an answer that says what is wrong with a request.
type refusal struct {
	status  int
	message string
}

// call is a request that was understood.
type call struct {
	// operation is the description's name for it, such as "repos/get-content".
	operation  string
	parameters map[string]string
	query      url.Values
	version    string
	token      string
	body       []byte
	// raw asks for a file as it is.
	raw bool
	// knows says whether the body may have this key.
	knows func(key string) bool
}

// check holds a request against the description and against what GitHub's
// documentation asks of every request. What is wrong comes in the order in which
// GitHub would look; the call is nil where it means no operation.
func (d *Description) check(r *http.Request, path string, body []byte) (*call, []refusal) {
	var wrong []refusal
	version := oldestVersion
	if asked, sent := r.Header["X-Github-Api-Version"]; sent {
		version = strings.Join(asked, ",")
		if !slices.Contains(d.Versions(), version) {
			wrong = append(wrong, refusal{http.StatusBadRequest, fmt.Sprintf("%q is not a version of the API; there are %s",
				version, strings.Join(d.Versions(), ", "))})
			version = oldestVersion
		}
	}
	o, values, found := openapi.Find(d.versions[version], r.Method, path)
	if !found {
		return nil, append(wrong, refusal{http.StatusNotFound, "Not Found"})
	}
	c := &call{operation: o.OperationID, parameters: map[string]string{}, query: r.URL.Query(),
		version: version, body: body, knows: func(string) bool { return true }}
	for name, escaped := range values {
		value, err := url.PathUnescape(escaped)
		if err != nil {
			wrong = append(wrong, refusal{http.StatusBadRequest, err.Error()})
		}
		c.parameters[name] = value
	}
	wrong = append(wrong, c.checkHeaders(r)...)
	wrong = append(wrong, checkBody(o, r, c)...)
	if len(wrong) == 0 && o.Described() {
		// All that the description says and nothing above has said better.
		for _, one := range o.Validate(r, c.body, c.parameters) {
			wrong = append(wrong, refusal{http.StatusUnprocessableEntity, "Invalid request.\n\n" + one.Error()})
		}
	}
	return c, wrong
}

// checkHeaders holds a request against what GitHub's documentation says of all.
func (c *call) checkHeaders(r *http.Request) []refusal {
	var wrong []refusal
	if r.UserAgent() == "" {
		wrong = append(wrong, refusal{http.StatusForbidden, "Request forbidden by administrative rules. " +
			"Please make sure your request has a User-Agent header"})
	}
	accepts := func(kind string) bool {
		return slices.Contains([]string{"*/*", "application/*", "application/json"}, kind) ||
			strings.HasPrefix(kind, "application/vnd.github")
	}
	for _, header := range r.Header.Values("Accept") {
		for kind := range strings.SplitSeq(header, ",") {
			kind, _, _ = strings.Cut(strings.TrimSpace(kind), ";")
			c.raw = c.raw || strings.HasPrefix(kind, "application/vnd.github.raw") || kind == "application/vnd.github.v3.raw"
			if !accepts(kind) {
				wrong = append(wrong, refusal{http.StatusUnsupportedMediaType, fmt.Sprintf(
					"Unsupported 'Accept' header: '%s'. Must accept 'application/json'.", kind)})
			}
		}
	}
	if header := r.Header.Values("Authorization"); len(header) > 1 {
		wrong = append(wrong, refusal{http.StatusBadRequest, "more than one Authorization header"})
	} else if len(header) == 1 {
		scheme, token, _ := strings.Cut(header[0], " ")
		if lower := strings.ToLower(scheme); lower == "bearer" || lower == "token" {
			c.token = token
		}
		if c.token == "" {
			wrong = append(wrong, refusal{http.StatusUnauthorized, "Bad credentials"})
		}
	}
	return wrong
}

// checkBody says of a body, in GitHub's words, what most often is wrong with one.
func checkBody(o openapi.Operation, r *http.Request, c *call) []refusal {
	if !o.Described() {
		return nil
	}
	if o.RequestBody == nil {
		if len(c.body) > 0 {
			return []refusal{{http.StatusBadRequest, "this operation has no body"}}
		}
		return nil
	}
	media := o.RequestBody.Value.Content
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	content := media.Get(kind)
	if err != nil || content == nil {
		return []refusal{{http.StatusUnsupportedMediaType, fmt.Sprintf("the Content-Type is %q, the description has %s",
			r.Header.Get("Content-Type"), strings.Join(slices.Sorted(maps.Keys(media)), ", "))}}
	}
	var body any
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	if err := decoder.Decode(&body); err != nil || decoder.More() {
		return []refusal{{http.StatusBadRequest, "Problems parsing JSON"}}
	}
	object, ok := body.(map[string]any)
	if !ok {
		return []refusal{{http.StatusBadRequest, "Body should be a JSON object"}}
	}
	schema := content.Schema.Value
	c.knows = func(key string) bool { return schema.Properties[key] != nil }
	var said []string
	// The description does not forbid other keys; GitHub does.
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !c.knows(key) {
			said = append(said, fmt.Sprintf("%q is not a permitted key.", key))
		}
	}
	for _, key := range schema.Required {
		if _, sent := object[key]; !sent {
			said = append(said, fmt.Sprintf("%q wasn't supplied.", key))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(schema.Properties)) {
		if value, sent := object[key]; sent {
			said = append(said, property(key, value, schema.Properties[key].Value)...)
		}
	}
	if len(said) == 0 {
		return nil
	}
	return []refusal{{http.StatusUnprocessableEntity, "Invalid request.\n\n" + strings.Join(said, "\n")}}
}

// property says what is wrong with one property of a body.
func property(key string, value any, schema *openapi3.Schema) []string {
	text, _ := json.Marshal(value)
	if schema.Type != nil && schema.VisitJSON(value) != nil {
		if object, is := value.(map[string]any); is && schema.MaxProps != nil && uint64(len(object)) > *schema.MaxProps {
			return []string{fmt.Sprintf("No more than %d properties are allowed; %d were supplied.", *schema.MaxProps, len(object))}
		}
		kind := strings.Join(schema.Type.Slice(), " or ")
		return []string{fmt.Sprintf("For 'properties/%s', %s is not a %s.", key, text, kind)}
	}
	return nil
}
