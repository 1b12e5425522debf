package provider

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
)

// The closest names are suggested in the order of their distance, at most maxSuggestions of them.
const maxSuggestions = 3

// closestNames returns the candidates that name may be a misspelling of, the closest first. Differences in letter case and
// in surrounding white space count less than others.
func closestNames(name string, candidates []string) []string {
	wanted := foldName(name)
	if wanted == "" {
		return nil
	}

	distances := make(map[string]int)

	for _, candidate := range candidates {
		distance := levenshtein.Distance(wanted, foldName(candidate), nil)

		// A third of the letters may differ, as in the suggestions of Terraform itself.
		if distance <= max(2, utf8.RuneCountInString(wanted)/3) || strings.Contains(foldName(candidate), wanted) {
			distances[candidate] = distance
		}
	}

	closest := slices.Collect(maps.Keys(distances))
	slices.SortFunc(closest, func(a, b string) int { return cmp.Or(cmp.Compare(distances[a], distances[b]), strings.Compare(a, b)) })

	// A name that differs only in case or white space is certainly the one.
	if len(closest) > 0 && distances[closest[0]] == 0 {
		closest = slices.DeleteFunc(closest, func(candidate string) bool { return distances[candidate] > 0 })
	}

	return closest[:min(len(closest), maxSuggestions)]
}

func foldName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// didYouMean returns a sentence that suggests the closest names, or "" if no name is close.
func didYouMean(name string, candidates []string) string {
	closest := closestNames(name, candidates)
	for i := range closest {
		closest[i] = fmt.Sprintf("%q", closest[i])
	}

	if len(closest) == 0 {
		return ""
	}

	return " Did you mean " + strings.Join(closest, " or ") + "?"
}
