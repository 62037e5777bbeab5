package main

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// longest is the length of the longest Dockerfile that is mutated: those of the
// corpus that are longer show a limit of length and nothing else.
const longest = 4000

// seeds gives the Dockerfiles that mutations are made of: the corpus with the
// requests beside it, and those of testdata, which look like people's own and
// count as often as the corpus does.
func seeds(t *testing.T) (corpus, whole []Request) {
	t.Helper()
	for _, path := range glob(t, corpusDir) {
		request := readExpectation(t, path).request
		request.Dockerfile = readText(t, path)
		// Each more line of this one doubles what BuildKit expands.
		if len(request.Dockerfile) > longest || strings.HasPrefix(filepath.Base(path), "arg_doubling") {
			continue
		}
		corpus = append(corpus, request)
		// What is refused stays refused, mostly: those that are built come up more often.
		if !strings.Contains(path, "_refused") {
			corpus = append(corpus, request, request, request)
		}
	}
	for _, path := range glob(t, "testdata") {
		whole = append(whole, Request{Dockerfile: readText(t, path)})
	}
	return corpus, whole
}

func glob(t *testing.T, folder string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.Dockerfile"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no Dockerfile in %s (%v)", folder, err)
	}
	return paths
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tokens are what is put between other characters, or in place of some.
var tokens = []string{
	"FROM ", "from ", "ARG ", "COPY ", "RUN ", "ADD ", "ONBUILD ", "ENV ", "LABEL ", "AS ", "as ", "--", "--from=",
	"--mount=", "--platform=", "--link ", "--chown=1 ", "--mount=type=bind,from=x",
	"--mount=type=bind,from=busybox,target=/b ", "--mount=type=cache,target=/c ", ",from=debian:12", "type=bind,",
	"from=", "target=/x", "--from=busybox ", "--from=build ", "--from=0 ", "--from=1 ", "--from=9 ",
	"--platform=linux/arm64 ", "--platform=$TARGETPLATFORM ", "--platform=$P ", "\n", "\\\n", "`\n", "\r\n", "\r", " ",
	"  ", "\t", "\n\n", "\\", "`", "'", "\"", "''", "\"\"", "$", "{", "}", "${", "${}", "$$", "\\$", "\\\\", "\\\"",
	"\\}", "\\/", "\\*", "<<EOF", "<<-EOF", "<<'EOF'", "<<EOF\nFROM evil\nEOF\n", "\nEOF\n", "EOF\n", "EOF", "<<",
	"<<<", "3<<X", "<< X\nX\n", "$V", "${V}", "${V:-x}", "${V-x}", "${V:+x}", "${V+x}", "${V:?e}", "${V?e}", "${V#*.}",
	"${V##*.}", "${V%.*}", "${V%%.*}", "${V/a/b}", "${V//./-}", "$TARGETARCH", "${TARGETOS}", "$BUILDPLATFORM",
	"${TARGETSTAGE}", "$((1<<3))", "#", "# ", "# syntax=a/b:1\n", "# escape=`\n", "# escape=\\\n", "# check=skip=all\n",
	"#syntax=x\n", "//", "=", ":", "/", "@", "-", "_", ".", "0", "1", ",", "[", "]", "[\"a\", \"b\"]", "(", ")", "*",
	"?", "!", "%", "&&", ";", "~", "^", "alpine", "busybox:1", "scratch", "build", "BUILD", "ARG V=1\n", "ARG V\n",
	"ARG V=\n", "FROM alpine AS build\n", "FROM build\n", "COPY --from=build a b\n",
	"ONBUILD COPY --from=busybox a b\n", "CMD [1]\n", "ONBUILD RUN --mount=from=debian,target=/d true\n",
	"RUN <<EOF\nCOPY --from=evil a b\nEOF\n", "WORKDIR /\n", "USER\n", "SHELL [\"a\"]\n", "HEALTHCHECK NONE\n",
	"EXPOSE 80\n", "VOLUME /a\n", "STOPSIGNAL 9\n", "ENTRYPOINT a\n", "MAINTAINER a\n", "ENV A=1\n", "ENV A 1\n",
	"LABEL a=b\n", "\x00", "\x0b", "\x0c", "\x1f", "\x7f", "\u0080", "\u0085", "\u00a0", "\u00e0", "\u00e9", "\u0130",
	"\u017f", "\u03c2", "\u1680", "\u2003", "\u2028", "\u200b", "\u212a", "\u3000", "\ufeff", "\ufffd", "\U0001f600",
	"e\u0301", "\u202e", "|",
}

// instructionLines are put between lines: what they say can be read.
var instructionLines = []string{
	"ARG V", "ARG V=", "ARG V=1.2 A=b", "FROM alpine AS build", "FROM build", "FROM build AS a", "FROM ${V:-debian}:12 AS b",
	"FROM --platform=$TARGETPLATFORM busybox AS base", "FROM scratch AS Build", "FROM 'a' as scratch", "COPY --from=build a b",
	"COPY --from=0 a b", "COPY --from=1 a b", "COPY --from=2 a b", "COPY --from=3 a b", "COPY --from=x/y:1 --link a b",
	"copy --from=BUILD a b", "COPY <<A <<-'B' /d/\nFROM evil\nA\n\tB", "RUN <<EOF\nCOPY --from=evil a b\nEOF",
	"RUN --mount=from=build,target=/b true", "RUN --mount=type=cache,target=/c --mount=from=debian,target=/d true",
	"RUN --mount='type=bind,\"from=a\",target=/a' true", "RUN --mount=type=tmpfs,target=/t,from=scratch <<-X cat\n\tX",
	"RUN echo \\\n  # note\n\n  FROM evil", "RUN echo `\n  true", "ONBUILD COPY --from=build a b", "ONBUILD COPY --from=1 a b",
	"ONBUILD RUN --mount=from=busybox,target=/b true", "ONBUILD COPY --from=busybox:2 a b", "ONBUILD RUN <<EOF\nFROM evil\nEOF",
	"ENV A=1 V='2'", "LABEL a=\"b c\"", "HEALTHCHECK NONE", "CMD [\"a\"]", "# FROM evil", "   ", "ADD https://example.com/a /a",
}

// mutatedWords take the place of a word.
var mutatedWords = []string{
	"${V}", "$A", "busybox:1", "build", "a", "scratch", "x/y:${V:-1}", "--from=a", "--from=debian:12", "'a'", "\"b\"",
	"--mount=from=b,target=/q", "<<EOF", "<<-'EOF'", "${V%.*}", "${A/1/2}", "${A:-${V:-b}}", "base", "AS", "FROM", "0",
	"node:22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "localhost:5000/a", "Upper", "\\",
}

// mutator makes one request. It draws from its own source alone, so that a seed
// and a number give the same request whatever else is made.
type mutator struct {
	*rand.Rand
	corpus, whole []Request
}

// mutation gives the request of a number: the seeds as they are, then changed
// ones.
func mutation(seed, number uint64, corpus, whole []Request) Request {
	if at := int(number); at < len(whole) {
		return whole[at]
	} else if at -= len(whole); at < len(corpus) {
		return corpus[at]
	}
	m := mutator{rand.New(rand.NewPCG(seed, number)), corpus, whole}
	request := m.any()
	text := request.Dockerfile
	// One change shows more than many, which mostly leave no Dockerfile.
	for range choose(m, []int{1, 1, 1, 1, 1, 1, 2, 2, 3, 5}) {
		text = m.change(text)
	}
	request.Dockerfile = strings.ToValidUTF8(text, "?")
	request.BuildArgs = maps.Clone(request.BuildArgs)
	m.ask(&request)
	return request
}

func choose[T any](m mutator, list []T) T { return list[m.IntN(len(list))] }

// any draws a seed, the whole ones as often as the corpus.
func (m mutator) any() Request {
	if m.IntN(2) == 0 {
		return choose(m, m.whole)
	}
	return choose(m, m.corpus)
}

// ask varies how the file is built.
func (m mutator) ask(request *Request) {
	if m.IntN(5) == 0 {
		if request.BuildArgs == nil {
			request.BuildArgs = map[string]string{}
		}
		names := []string{
			"V", "A", "B", "TAG", "IMAGE", "REGISTRY", "PHP_VERSION", "GO_VERSION", "ENVIRONMENT", "DEBIAN", "NODE_VERSION",
			"TARGETARCH", "TARGETPLATFORM", "BUILDPLATFORM", "TARGETSTAGE", "BUILDKIT_SYNTAX",
		}
		values := []string{"", "1", "a.b.c", "22-slim", "x", "busybox", "dev", "linux/arm64", "a b", "$V", "'q'", "\\", "\u00e9"}
		for range 1 + m.IntN(2) {
			request.BuildArgs[choose(m, names)] = choose(m, values)
		}
	}
	if m.IntN(8) == 0 {
		names := []string{choose(m, []string{"build", "BUILD", "", "0", "nowhere"})}
		for _, line := range strings.Split(request.Dockerfile, "\n") {
			if fields := strings.Fields(line); len(fields) > 2 && strings.EqualFold(fields[len(fields)-2], "as") {
				names = append(names, fields[len(fields)-1])
			}
		}
		request.Target = choose(m, names)
	}
	if m.IntN(8) == 0 {
		request.Platform = choose(m, []string{
			"linux/arm64", "linux/arm/v7", "linux/amd64/v3", "linux/s390x", "linux/arm64/v8", "windows/amd64", "linux/386",
		})
	}
}

// change makes one change.
func (m mutator) change(text string) string {
	runes, lines, words := []rune(text), strings.Split(text, "\n"), strings.Split(text, " ")
	at, line, word := m.IntN(len(runes)+1), m.IntN(len(lines)), m.IntN(len(words))
	other := strings.Split(m.any().Dockerfile, "\n")
	switch m.IntN(28) {
	case 0, 1, 2: // put a token somewhere
		return string(runes[:at]) + choose(m, tokens) + string(runes[at:])
	case 3: // put it in place of some characters
		return string(runes[:at]) + choose(m, tokens) + string(runes[min(len(runes), at+1+m.IntN(3)):])
	case 4: // drop characters
		return string(runes[:at]) + string(runes[min(len(runes), at+choose(m, []int{1, 1, 2, 5, 20})):])
	case 5: // drop a line
		return strings.Join(slices.Delete(lines, line, line+1), "\n")
	case 6, 7: // repeat a line elsewhere
		return strings.Join(slices.Insert(lines, m.IntN(len(lines)+1), lines[line]), "\n")
	case 8: // swap two lines
		with := m.IntN(len(lines))
		lines[line], lines[with] = lines[with], lines[line]
		return strings.Join(lines, "\n")
	case 9, 10: // a line of another file
		return strings.Join(slices.Insert(lines, line+1, choose(m, other)), "\n")
	case 11: // the beginning of one file, the end of another
		return strings.Join(append(lines[:line:line], other[m.IntN(len(other)):]...), "\n")
	case 12: // two files
		return text + strings.Join(other, "\n")
	case 13: // the other case
		end := min(len(runes), at+1+m.IntN(12))
		for i := at; i < end; i++ {
			runes[i] = choose(m, []func(rune) rune{unicode.ToUpper, unicode.ToLower})(runes[i])
		}
		return string(runes)
	case 14: // flip a bit of a character
		if at < len(runes) {
			runes[at] ^= 1 << m.IntN(7)
		}
		return string(runes)
	case 15: // swap two words
		with := m.IntN(len(words))
		words[word], words[with] = words[with], words[word]
		return strings.Join(words, " ")
	case 16: // the ends of lines
		return choose(m, []string{strings.ReplaceAll(text, "\n", "\r\n"), strings.TrimRight(text, "\n"), "\ufeff" + text})
	case 17: // what here-documents end with
		return strings.Replace(text, "EOF", choose(m, []string{"X", "'EOF'", "EOF ", "\"E F\"", "-EOF", "EOF\r"}), 1+m.IntN(2))
	case 18: // ONBUILD before an instruction
		name := choose(m, []string{"\nCOPY ", "\nRUN ", "\nADD "})
		return strings.Replace(text, name, "\nONBUILD "+name[1:], 1+m.IntN(2))
	case 19: // another character of escape
		directive := "# escape=" + choose(m, []string{"`", "\\", "`\r", " ` "}) + "\n"
		return directive + strings.ReplaceAll(text, "\\\n", choose(m, []string{"`\n", "\\\n"}))
	case 20, 21: // continue a line at a space
		words[word] = choose(m, []string{"\\\n ", "\\\r\n# FROM x\n", "`\n", "\\\n\n", "\t", "\\  \n  # note\n\n"}) + words[word]
		return strings.Join(words, " ")
	case 22, 23, 24, 25: // an instruction
		return strings.Join(slices.Insert(lines, line+1, choose(m, instructionLines)), "\n")
	default: // another word
		words[word] = choose(m, mutatedWords)
		return strings.Join(words, " ")
	}
}
