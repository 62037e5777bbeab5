package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// TestRead reads what decides edges, one condition a row. Every row is also
// converted by BuildKit itself, which must ask for the same images.
func TestRead(t *testing.T) {
	const node22 = "docker.io/library/node:22"
	tests := []struct {
		name    string
		text    string
		request Request
		want    []Edge
	}{
		{name: "one stage", text: "FROM node:22\n",
			want: []Edge{{Final, "node:22", node22, 1}}},
		{name: "scratch", text: "FROM scratch\nCOPY a /\n", want: []Edge{}},
		{name: "a stage on a stage is final through it", text: "FROM node:22 AS base\nFROM base\n",
			want: []Edge{{Final, "node:22", node22, 1}}},
		{name: "a stage that nothing needs", text: "FROM golang AS unused\nFROM node:22\n",
			want: []Edge{{Final, "node:22", node22, 2}}},
		{name: "copy from a stage by name, by number and from an image",
			text: "FROM golang:1.26 AS build\nFROM alpine AS tools\nFROM node:22\n" +
				"COPY --from=BUILD /a /a\nCOPY --from=1 /b /b\nCOPY --from=busybox /c /c\n",
			want: []Edge{
				{Build, "golang:1.26", "docker.io/library/golang:1.26", 1},
				{Build, "alpine", "docker.io/library/alpine:latest", 2},
				{Final, "node:22", node22, 3},
				{Copy, "busybox", "docker.io/library/busybox:latest", 6},
			}},
		{name: "mounts", text: "FROM node:22\nRUN --mount=from=ghcr.io/astral-sh/uv:0.9,target=/uv \\\n" +
			"  --mount=type=cache,target=/c,from=alpine true\n",
			want: []Edge{
				{Final, "node:22", node22, 1},
				{Mount, "ghcr.io/astral-sh/uv:0.9", "ghcr.io/astral-sh/uv:0.9", 2},
				{Mount, "alpine", "docker.io/library/alpine:latest", 2},
			}},
		{name: "arguments before FROM", text: "ARG V=20\nARG I=node:${V}\nFROM ${I}\n",
			request: Request{BuildArgs: map[string]string{"V": "22"}},
			want:    []Edge{{Final, "node:22", node22, 3}}},
		{name: "arguments of the platform", text: "FROM base-$TARGETARCH:${TARGETOS}\n",
			request: Request{Platform: "linux/arm64"},
			want:    []Edge{{Final, "base-arm64:linux", "docker.io/library/base-arm64:linux", 1}}},
		{name: "a target", text: "FROM node:22 AS one\nFROM alpine AS two\n",
			request: Request{Target: "ONE"},
			want:    []Edge{{Final, "node:22", node22, 1}}},
		{name: "a frontend", text: "# syntax=docker/dockerfile:1\nFROM node:22\n",
			want: []Edge{
				{Frontend, "docker/dockerfile:1", "docker.io/docker/dockerfile:1", 1},
				{Final, "node:22", node22, 2},
			}},
		{name: "a here-document is no instruction", text: "FROM node:22\nRUN <<EOF\nFROM alpine\nEOF\n",
			want: []Edge{{Final, "node:22", node22, 1}}},
		{name: "ONBUILD of a stage", text: "FROM node:22 AS base\nONBUILD COPY --from=busybox /a /a\nFROM base\n",
			want: []Edge{
				{Final, "node:22", node22, 1},
				{Copy, "busybox", "docker.io/library/busybox:latest", 3},
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.request.Dockerfile = test.text
			answer := Read(test.request)
			if problems := answer.Error + answer.BuildError + answer.Disagreement; problems != "" {
				t.Fatal(problems)
			}
			if !reflect.DeepEqual(answer.Edges, test.want) {
				t.Errorf("edges %v, want %v", answer.Edges, test.want)
			}
		})
	}
}

// TestErrors wants an error where BuildKit has one.
func TestErrors(t *testing.T) {
	tests := []struct {
		name, text string
		request    Request
		want       string
	}{
		{name: "nothing", want: "cannot be empty"},
		{name: "no stage", text: "ARG V=1\n", want: "no stages"},
		{name: "no value", text: "ARG V\nFROM $V\n", want: "should not be blank"},
		{name: "no target", text: "FROM node\n", request: Request{Target: "x"}, want: "could not be found"},
		{name: "a variable in --from", text: "ARG V=1\nFROM node\nCOPY --from=$V a b\n", want: "not supported"},
		{name: "a cycle", text: "FROM node AS a\nCOPY --from=b / /\nFROM node AS b\nCOPY --from=a / /\n", want: "circular"},
		{name: "no instruction", text: "FROM node\nFORM x\n", want: "unknown instruction"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.request.Dockerfile = test.text
			if answer := Read(test.request); !strings.Contains(answer.Error, test.want) {
				t.Errorf("error %q, want %q", answer.Error, test.want)
			}
		})
	}
}

// TestStream sends two requests through one process.
func TestStream(t *testing.T) {
	in := `{"dockerfile":"FROM node:22"}` + "\n" + `{"dockerfile":"","target":"x"}` + "\n"
	var out bytes.Buffer
	if err := run(nil, strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d answers to 2 requests", len(lines))
	}
	var first, second Answer
	if json.Unmarshal([]byte(lines[0]), &first) != nil || json.Unmarshal([]byte(lines[1]), &second) != nil {
		t.Fatal(out.String())
	}
	if len(first.Edges) != 1 || second.Error == "" {
		t.Errorf("answers %v and %v", first, second)
	}
}
