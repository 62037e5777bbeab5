// Package v1alpha1 stands in for the one message of Kargo's API server that
// the packages under test mention.
package v1alpha1

import "google.golang.org/protobuf/types/known/timestamppb"

// VersionInfo says which build of Kargo answers.
type VersionInfo struct {
	Version      string
	GitCommit    string
	GitTreeDirty bool
	BuildTime    *timestamppb.Timestamp
	GoVersion    string
	Compiler     string
	Platform     string
}
