// Package generated stands in for Kargo's generated API client, which nothing
// in this suite uses: Kargo's own go.mod requires a module of this name.
package generated
