package v1alpha1

import (
	"reflect"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// kept is how much of a history Kargo keeps.
const kept = 10

// Record puts what was promoted before what was promoted earlier.
func (h *FreightHistory) Record(collections ...*FreightCollection) {
	*h = slices.Concat(FreightHistory(collections), *h)
	*h = (*h)[:min(len(*h), kept)]
}

// UpdateOrPush replaces verifications that are known by their ID and puts others in front.
func (s *VerificationInfoStack) UpdateOrPush(infos ...VerificationInfo) {
	for _, info := range infos {
		known := slices.IndexFunc(*s, func(other VerificationInfo) bool { return other.ID == info.ID })
		if known >= 0 {
			(*s)[known] = info
			continue
		}
		*s = slices.Insert(*s, 0, info)
	}
	*s = (*s)[:min(len(*s), kept)]
}

// HasNonTerminalVerification says whether a verification is not over yet.
func (c *FreightCollection) HasNonTerminalVerification() bool {
	return c != nil && slices.ContainsFunc(c.VerificationHistory, func(info VerificationInfo) bool {
		return !info.Phase.IsTerminal()
	})
}

// Includes says whether Freight of this name is part of a collection.
func (c *FreightCollection) Includes(name string) bool {
	return slices.ContainsFunc(c.References(), func(reference FreightReference) bool { return reference.Name == name })
}

// AddCurrentStage notes since when a Stage uses Freight, if it is not noted yet.
func (s *FreightStatus) AddCurrentStage(stage string, since time.Time) {
	if _, known := s.CurrentlyIn[stage]; known {
		return
	}
	if s.CurrentlyIn == nil {
		s.CurrentlyIn = map[string]CurrentStage{}
	}
	s.CurrentlyIn[stage] = CurrentStage{Since: &metav1.Time{Time: since}}
}

// RemoveCurrentStage notes that a Stage does not use Freight any more, and how long it did if it was verified there.
func (s *FreightStatus) RemoveCurrentStage(stage string) {
	freight := Freight{Status: *s}
	if verified, ok := s.VerifiedIn[stage]; ok {
		verified.LongestCompletedSoak = &metav1.Duration{Duration: freight.GetLongestSoak(stage)}
		s.VerifiedIn[stage] = verified
	}
	delete(s.CurrentlyIn, stage)
}

// AddVerifiedStage notes when Freight was verified in a Stage, if it is not noted yet.
func (s *FreightStatus) AddVerifiedStage(stage string, at time.Time) {
	if _, known := s.VerifiedIn[stage]; known {
		return
	}
	if s.VerifiedIn == nil {
		s.VerifiedIn = map[string]VerifiedStage{}
	}
	s.VerifiedIn[stage] = VerifiedStage{VerifiedAt: &metav1.Time{Time: at}}
}

// GetInterval gives how often a Warehouse looks, which is never more often than the controller allows.
func (in *Warehouse) GetInterval(least time.Duration) time.Duration {
	return max(in.Spec.Interval.Duration, least)
}

// DeepEquals says whether two commits are the same.
func (c *GitCommit) DeepEquals(other *GitCommit) bool { return reflect.DeepEqual(c, other) }

// DeepEquals says whether two images are the same.
func (i *Image) DeepEquals(other *Image) bool { return reflect.DeepEqual(i, other) }

// DeepEquals says whether two charts are the same.
func (c *Chart) DeepEquals(other *Chart) bool { return reflect.DeepEqual(c, other) }

// DeepEquals says whether two artifacts are the same.
func (a *ArtifactReference) DeepEquals(other *ArtifactReference) bool {
	return reflect.DeepEqual(a, other)
}
