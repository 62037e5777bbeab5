// Package testing stands in for helpers that only Kargo's own tests import.
package testing
