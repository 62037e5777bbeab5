package v1alpha1

import "slices"

// IsFreightAvailable says whether Freight may be promoted to this Stage: it was
// approved, it comes straight from a Warehouse that the Stage asks, or it
// rested long enough in the Stages that the request lists.
func (in *Stage) IsFreightAvailable(freight *Freight) bool {
	if in == nil || freight == nil || in.Namespace != freight.Namespace {
		return false
	}
	if freight.IsApprovedFor(in.Name) {
		return true
	}
	return slices.ContainsFunc(in.Spec.RequestedFreight, func(request FreightRequest) bool {
		if !request.Origin.Equals(&freight.Origin) {
			return false
		}
		if request.Sources.Direct {
			return true
		}
		soaked := func(stage string) bool {
			return freight.HasSoakedIn(stage, request.Sources.RequiredSoakTime)
		}
		if request.Sources.AvailabilityStrategy == FreightAvailabilityStrategyAll {
			return len(request.Sources.Stages) > 0 &&
				!slices.ContainsFunc(request.Sources.Stages, func(s string) bool { return !soaked(s) })
		}
		return slices.ContainsFunc(request.Sources.Stages, soaked)
	})
}
