// Package v1alpha1 stands in for Kargo's API types of release v1.11.2.
//
// Kargo keeps them in a nested module that is not in the release's own module
// and that a module proxy may not serve. The packages under test need types of
// these names, so they are written here anew: the fields from the release's
// CRDs (TestStandInFields compares every one of them with those CRDs), the few
// methods from what Kargo documents. README.md says what follows from that.
package v1alpha1
