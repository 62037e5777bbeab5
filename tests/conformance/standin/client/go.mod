module github.com/akuity/kargo/pkg/x/client/generated

go 1.26.0
