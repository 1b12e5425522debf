package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Sets are equal if they have the same elements, in any order. After the comparison of two sets that differ, the prior one has
// no elements that the framework could compare with all others.
func TestLargeSet_comparison(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		prior, now largeSetValue
		equal      bool
	}{
		"the same":         {newLargeSet([]string{"ada", "bob"}), newLargeSet([]string{"bob", "ada"}), true},
		"both empty":       {newLargeSet(nil), newLargeSet(nil), true},
		"one more":         {newLargeSet([]string{"ada"}), newLargeSet([]string{"ada", "bob"}), false},
		"another one":      {newLargeSet([]string{"ada", "bob"}), newLargeSet([]string{"ada", "eve"}), false},
		"null before":      {largeSetOf(types.SetNull(types.StringType)), newLargeSet([]string{"ada"}), false},
		"in another case":  {newLargeSet([]string{"ada"}), newLargeSet([]string{"Ada"}), false},
		"unknown, as then": {largeSetOf(types.SetUnknown(types.StringType)), largeSetOf(types.SetUnknown(types.StringType)), true},
	} {
		wanted := fmt.Sprint(test.now.Elements())
		elements := fmt.Sprint(test.prior.Elements())

		equal, diags := test.now.SetSemanticEquals(t.Context(), test.prior)
		if equal != test.equal || diags.HasError() {
			t.Errorf("%s: equal is %t: %v", name, equal, diags)
		}

		if !equal {
			elements = fmt.Sprint([]attr.Value{})
		}

		for what, set := range map[string]struct {
			value  largeSetValue
			wanted string
		}{"the prior set": {test.prior, elements}, "the set": {test.now, wanted}} {
			if got, diags := set.value.ToSetValue(t.Context()); fmt.Sprint(got.Elements()) != set.wanted || diags.HasError() {
				t.Errorf("%s: %s is %v, not %s: %v", name, what, got, set.wanted, diags)
			}
		}
	}
}
